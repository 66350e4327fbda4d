import CommandLineTool
import ListVerification

/// What a digest list holds, as `diglimctl show` tells it.
struct ListDescription: Encodable {
    /// The file's path.
    var file: String
    /// The file's size, in bytes.
    var size: Int?
    /// The list's format, as far as the first bytes tell it.
    var format: DigestListFormat?
    /// The package as `name-version-release.arch`; of an RPM digest list.
    var package: String?
    /// The blocks of a compact list, or those that an RPM digest list becomes.
    var blocks: [Block]?
    /// The number of digests of files that may change.
    var mutable: Int?
    /// The number of digests of files that may not.
    var immutable: Int?
    /// The appended signature, if there is one.
    var signature: SignatureDescription?
    /// The signatures that the list of a package leaves out, if there are any.
    var leftOut: [SignatureDescription]?
    /// The label that the kernel sees; missing where the file's name allows none.
    var label: String?
    /// Whether the file's name is one of a digest list, so that the parsers take the file.
    var isNamedAsList: Bool?
    /// The digests, if they were asked for.
    var digests: [Digest]?
    /// What is wrong with the file.
    var error: String?

    /// Digests that have everything in common but their value.
    struct Block: Encodable {
        /// What the digests are digests of: `parser`, `file`, `metadata` or `key`.
        var type: String
        /// The digests' algorithm, by the kernel's name.
        var algorithm: String
        /// Whether the files may not change.
        var immutable: Bool
        /// The bits of the modifiers, the one for immutable included.
        var modifiers: UInt16
        /// The number of digests.
        var count: Int
    }

    /// One digest.
    struct Digest: Encodable {
        /// The digest's algorithm, by the kernel's name.
        var algorithm: String
        /// The digest, in hexadecimal.
        var digest: String
        /// Whether the file may not change.
        var immutable: Bool
        /// The file's path; compact lists have none.
        var path: String?
    }

    private enum CodingKeys: String, CodingKey {
        case file
        case size
        case format
        case package
        case blocks
        case mutable
        case immutable
        case signature
        case leftOut = "left_out"
        case label
        case isNamedAsList = "named_as_list"
        case digests
        case error
    }

    /// Begins the description of a file.
    ///
    /// - Parameter path: The file's path.
    init(of path: Path) { file = path.text }
}
