import CRPM

/// A tag of an RPM header that a conversion looks at, by its number in `<rpm/rpmtag.h>`.
public enum RPMTag: UInt32, Sendable {
    /// Paths of files in headers older than RPM 4, strings.
    case oldFileNames = 1027
    /// Sizes of files in bytes, 32 bits each.
    case fileSizes = 1028
    /// Modes of files, 16 bits each.
    case fileModes = 1030
    /// Digests of files, hexadecimal strings.
    case fileDigests = 1035
    /// The source package that the package was built from, a string.
    case sourceRPM = 1044
    /// Set in headers of source packages, 32 bits.
    case sourcePackage = 1106
    /// The index of each file's directory in `DIRNAMES`, 32 bits each.
    case dirIndexes = 1116
    /// Names of files without their directories, strings.
    case baseNames = 1117
    /// Directories of files, strings that end with a slash.
    case dirNames = 1118
    /// Sizes of files in bytes, 64 bits each.
    case longFileSizes = 5008
    /// The digests' algorithm by OpenPGP's number, 32 bits.
    case fileDigestAlgorithm = 5011

    /// The tag's name in capitals, as in `<rpm/rpmtag.h>` without `RPMTAG_`.
    public var label: StaticString { properties.label }

    /// The type of the tag's values.
    var type: Int { Int(properties.type.rawValue) }

    private var properties: (label: StaticString, type: rpmTagType_e) {
        switch self {
        case .oldFileNames: ("OLDFILENAMES", RPM_STRING_ARRAY_TYPE)
        case .fileSizes: ("FILESIZES", RPM_INT32_TYPE)
        case .fileModes: ("FILEMODES", RPM_INT16_TYPE)
        case .fileDigests: ("FILEDIGESTS", RPM_STRING_ARRAY_TYPE)
        case .sourceRPM: ("SOURCERPM", RPM_STRING_TYPE)
        case .sourcePackage: ("SOURCEPACKAGE", RPM_INT32_TYPE)
        case .dirIndexes: ("DIRINDEXES", RPM_INT32_TYPE)
        case .baseNames: ("BASENAMES", RPM_STRING_ARRAY_TYPE)
        case .dirNames: ("DIRNAMES", RPM_STRING_ARRAY_TYPE)
        case .longFileSizes: ("LONGFILESIZES", RPM_INT64_TYPE)
        case .fileDigestAlgorithm: ("FILEDIGESTALGO", RPM_INT32_TYPE)
        }
    }
}
