import AppendedSignature
import CommandLineTool
import DigestList
import Glibc
import RPMHeader
import RPMHeaderTools

/// The formats of digest lists.
public enum DigestListFormat: String, Codable {
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
    public init(of file: [UInt8]) throws(CommandError) {
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
public func readDigestList(_ path: Path) throws(CommandError) -> [UInt8] {
    let descriptor = try openRegularFile(path)
    defer { close(descriptor) }
    return try readAll(descriptor, limit: largestDigestList)
}

/// More than the largest list that any kernel or librpm accepts, in bytes.
public let largestDigestList = 1 << 29

extension SignedFile {
    /// Takes a digest list's file apart.
    ///
    /// - Parameter list: The file's bytes.
    /// - Throws: ``CommandError`` where the signature's trailer makes no sense.
    public init(list: [UInt8]) throws(CommandError) {
        do { try self.init(list) } catch { throw CommandError("\(error.reason)") }
    }
}
