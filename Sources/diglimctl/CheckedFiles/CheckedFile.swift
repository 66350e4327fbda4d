import CommandLineTool
import DigestList

/// A file that would be refused, as far as the file itself and the index tell.
struct CheckedFile: Sendable {
    /// The file's path in the system.
    var path: Path
    /// What the file can be executed or loaded as, where that is to be seen.
    var kind: FileKind?
    /// The file's digest.
    var digest: [UInt8]
    /// What the index says of it.
    var verdict: ListIndex.Verdict
    /// The kind of the file's own `security.ima`, which comes first; `nil` without one.
    var attribute: IMAAttribute?
    /// Other digests of it, or all, where the file cannot be read once more.
    var others: [HashAlgorithm: [UInt8]] = [:]
    /// Where it comes from.
    var origin = Origin.place
    /// Where a process has it, if no path leads to it any more.
    var process: Int32?

    /// Where a file can come from.
    enum Origin {
        /// From where one looks.
        case place
        /// From the system, where an initial ram disk has another.
        case newer
        /// From a log.
        case log
        /// From a log, which does not tell the digest, as the file was being written.
        case violation
    }
}

/// What a file's extended attribute `security.ima` holds, by its first byte.
enum IMAAttribute: String, Encodable, Sendable {
    /// The file's digest, which is no signature.
    case digest
    /// A signature.
    case signature
    /// Something else.
    case other

    /// Takes an attribute's first byte.
    ///
    /// - Parameter type: The byte, of `enum evm_ima_xattr_type`.
    init(type: UInt8) {
        switch type {
        case 1, 4: self = .digest
        case 3, 6: self = .signature
        default: self = .other
        }
    }
}
