import AppendedSignature
import CommandLineTool
import DigestList
import Glibc
import RPMHeader
import RPMHeaderTools

/// The formats of digest lists.
enum DigestListFormat: String, Codable {
    /// Blocks of digests, as the kernel takes them.
    case compact
    /// An RPM package's header, which a parser converts.
    case rpm
    /// An RPM package, whose header is to become a list.
    case package

    /// Tells the format by a file's first bytes.
    ///
    /// - Parameter file: The file's bytes.
    /// - Throws: ``CommandError`` where they are those of neither.
    init(of file: [UInt8]) throws(CommandError) {
        if file.isEmpty { throw CommandError("empty file") }
        if file.starts(with: RPMDigestList.magic.prefix(4)) {
            self = .rpm
        } else if file[0] == CompactHeader.version {
            self = .compact
        } else {
            throw CommandError("neither a compact nor an RPM digest list")
        }
    }
}

/// Reads the file of a digest list.
///
/// - Parameter path: The file's path.
/// - Returns: The file's bytes, of which nothing is known yet.
/// - Throws: ``CommandError`` where it cannot be read or is too large for any digest list.
func readDigestList(_ path: Path) throws(CommandError) -> [UInt8] {
    let descriptor = try openRegularFile(path)
    defer { close(descriptor) }
    return try readAll(descriptor, limit: largestDigestList)
}

/// More than the largest list that any kernel or librpm accepts, in bytes.
let largestDigestList = 1 << 29

extension SignedFile {
    /// Takes a digest list's file apart.
    ///
    /// - Parameter list: The file's bytes.
    /// - Throws: ``CommandError`` where the signature's trailer makes no sense.
    init(list: [UInt8]) throws(CommandError) {
        do { try self.init(list) } catch { throw CommandError("\(error.reason)") }
    }
}

extension ListDescription {
    /// Describes what a file holds: the list, then the signature.
    ///
    /// - Parameters:
    ///   - file: The file's bytes.
    ///   - abi: The numbering of types in compact lists.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` with what is wrong; what comes before it has been described.
    mutating func read(
        _ file: [UInt8], abi: ABI, withDigests: Bool = false
    ) throws(CommandError) {
        let format = try DigestListFormat(of: file)
        self.format = format
        let parts = try SignedFile(list: file)
        try read(parts.content, as: format, abi: abi, withDigests: withDigests)
        guard let appended = parts.signature else { return }
        var description = SignatureDescription(kind: appended.kind, size: appended.data.count)
        // What can be said of a broken signature is said.
        defer { signature = description }
        try description.read(appended)
    }

    /// Describes a list, and so checks it as who loads it does.
    ///
    /// - Parameters:
    ///   - content: The list, without a signature.
    ///   - format: The list's format.
    ///   - abi: The numbering of types in compact lists.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` where the kernel or the parser would refuse the list.
    mutating func read(
        _ content: [UInt8], as format: DigestListFormat, abi: ABI, withDigests: Bool = false
    ) throws(CommandError) {
        try content.withUnsafeBufferPointer { (buffer) throws(CommandError) in
            let content = UnsafeRawBufferPointer(buffer)
            switch format {
            case .compact: try readCompact(content, abi: abi, withDigests: withDigests)
            case .rpm, .package: try readRPM(content, withDigests: withDigests)
            }
        }
    }
}
