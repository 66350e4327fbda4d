import CommandLineTool
import DigestList
import FileDigests
import Glibc
import LinuxFiles

/// An executable that is to become a parser.
struct Executable {
    /// The path that the command line gives.
    let path: Path
    /// The digest of its bytes.
    let digest: [UInt8]
    /// Why a list of it would be useless or dangerous, a sentence each.
    let objections: [String]
    /// What may be wrong with its digest later, a sentence each.
    let warnings: [String]

    /// The name in the names of its lists.
    var name: Path { path.lastComponent }

    /// Reads an executable, all of it through one descriptor.
    ///
    /// - Parameters:
    ///   - path: The executable's path.
    ///   - hasher: What computes the digest.
    /// - Throws: ``CommandError`` where it cannot be read, changes meanwhile, or has a name that no
    ///   list can have.
    init(_ path: Path, _ hasher: Hasher) throws(CommandError) {
        self.path = path
        guard path.lastComponent.bytes.allSatisfy(Label.accepts) else {
            throw CommandError("the name has a character that no digest list's name can have")
        }
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        let before = try Self.status(of: descriptor)
        var examination = Examination(of: path, mode: before.st_mode)
        examination.examine(descriptor, size: UInt64(before.st_size))
        do { digest = try FileDigest(of: descriptor, by: hasher).digest } catch {
            throw CommandError(error.text)
        }
        // The digest is of one state of the file; it must be the one that was examined.
        let after = try Self.status(of: descriptor)
        guard after.st_ctim.tv_sec == before.st_ctim.tv_sec,
            after.st_ctim.tv_nsec == before.st_ctim.tv_nsec
        else { throw CommandError(HasherError.changed.text) }
        objections = examination.objections
        warnings = examination.warnings
    }

    private static func status(of descriptor: Int32) throws(CommandError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw CommandError(Errno.current.text) }
        return status
    }
}
