import CRPM

/// A tag of an RPM header.
public struct RPMTag: Equatable, Sendable {
    /// The tag's number, as in `<rpm/rpmtag.h>`.
    public var rawValue: UInt32

    /// Creates a tag from its number.
    ///
    /// - Parameter rawValue: The number, as in `<rpm/rpmtag.h>`.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    // Signed before rpm 4.19.
    init(_ tag: rpmTag_e) { rawValue = UInt32(truncatingIfNeeded: tag.rawValue) }

    /// The package's name, a string (1000).
    public static let name = RPMTag(RPMTAG_NAME)
    /// The package's version, a string (1001).
    public static let version = RPMTag(RPMTAG_VERSION)
    /// The package's release, a string (1002).
    public static let release = RPMTag(RPMTAG_RELEASE)
    /// The package's architecture, a string (1022).
    public static let arch = RPMTag(RPMTAG_ARCH)
    /// Paths of files in headers older than RPM 4, strings (1027).
    public static let oldFileNames = RPMTag(RPMTAG_OLDFILENAMES)
    /// Sizes of files in bytes, 32 bits each (1028).
    public static let fileSizes = RPMTag(RPMTAG_FILESIZES)
    /// Modes of files, 16 bits each (1030).
    public static let fileModes = RPMTag(RPMTAG_FILEMODES)
    /// Digests of files, hexadecimal strings (1035).
    public static let fileDigests = RPMTag(RPMTAG_FILEDIGESTS)
    /// The source package that the package was built from, a string (1044).
    public static let sourceRPM = RPMTag(RPMTAG_SOURCERPM)
    /// Set in headers of source packages, 32 bits (1106).
    public static let sourcePackage = RPMTag(RPMTAG_SOURCEPACKAGE)
    /// The index of each file's directory in `DIRNAMES`, 32 bits each (1116).
    public static let dirIndexes = RPMTag(RPMTAG_DIRINDEXES)
    /// Names of files without their directories, strings (1117).
    public static let baseNames = RPMTag(RPMTAG_BASENAMES)
    /// Directories of files, strings that end with a slash (1118).
    public static let dirNames = RPMTag(RPMTAG_DIRNAMES)
    /// Sizes of files in bytes, 64 bits each (5008).
    public static let longFileSizes = RPMTag(RPMTAG_LONGFILESIZES)
    /// The digests' algorithm by OpenPGP's number, 32 bits (5011).
    public static let fileDigestAlgorithm = RPMTag(RPMTAG_FILEDIGESTALGO)

    /// The tag's name in capitals, as in `<rpm/rpmtag.h>` without `RPMTAG_`.
    public var label: StaticString {
        switch self {
        case .name: "NAME"
        case .version: "VERSION"
        case .release: "RELEASE"
        case .arch: "ARCH"
        case .oldFileNames: "OLDFILENAMES"
        case .fileSizes: "FILESIZES"
        case .fileModes: "FILEMODES"
        case .fileDigests: "FILEDIGESTS"
        case .sourceRPM: "SOURCERPM"
        case .sourcePackage: "SOURCEPACKAGE"
        case .dirIndexes: "DIRINDEXES"
        case .baseNames: "BASENAMES"
        case .dirNames: "DIRNAMES"
        case .longFileSizes: "LONGFILESIZES"
        case .fileDigestAlgorithm: "FILEDIGESTALGO"
        default: "unknown tag"
        }
    }
}
