import Glibc
import LinuxFiles

/// The digest of a regular file, and what decides whether such a file may change.
public struct FileDigest: Sendable {
    /// The digest of the file's bytes.
    public var digest: [UInt8]
    /// The file's type and permissions.
    public var mode: UInt16
    /// The file's size, in bytes.
    public var size: UInt64

    /// Reads a file to its end, and sees to it that it is the same file all the time.
    ///
    /// - Parameters:
    ///   - descriptor: A regular file, open for reading, at its start.
    ///   - hasher: What takes the digest.
    ///   - progress: Is told the number of bytes each time that some have been read.
    /// - Throws: ``HasherError/system(_:)`` where the file cannot be read,
    ///   ``HasherError/changed`` and ``HasherError/size`` where the digest would be of no use.
    public init(
        of descriptor: Int32, by hasher: Hasher, progress: (Int) -> Void = { _ in }
    ) throws(HasherError) {
        let before = try Self.status(of: descriptor)
        var rest = Int(before.st_size)
        let digest: [UInt8]?
        do throws(HasherError) {
            // A file that grows as fast as it is read would have no end.
            digest = try hasher.digest(of: descriptor) { count in
                rest -= count
                progress(count)
                return rest >= 0
            }
        } catch {
            guard case .stopped = error else { throw error }
            digest = nil
        }
        guard try Self.isUnchanged(descriptor, since: before) else { throw .changed }
        guard let digest, rest == 0 else { throw .size }
        self.digest = digest
        mode = UInt16(truncatingIfNeeded: before.st_mode)
        size = UInt64(before.st_size)
    }

    private static func isUnchanged(
        _ descriptor: Int32, since before: stat
    ) throws(HasherError) -> Bool {
        let after = try status(of: descriptor)
        return after.st_size == before.st_size && after.st_mtim == before.st_mtim
            && after.st_ctim == before.st_ctim
    }

    private static func status(of descriptor: Int32) throws(HasherError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(.current) }
        return status
    }
}

extension timespec {
    fileprivate static func == (first: timespec, second: timespec) -> Bool {
        first.tv_sec == second.tv_sec && first.tv_nsec == second.tv_nsec
    }
}
