import CommandLineTool
import Glibc
import LinuxFiles

/// Keeps rpm from beginning a transaction on a database, with a shared lock on rpm's own lock file.
///
/// Nothing is written: a database without that file has never seen a transaction.
final class DatabaseLock {
    private let descriptor: Int32

    /// Locks a database.
    ///
    /// - Parameter directory: The directory that holds the database.
    /// - Returns: `nil` where there is nothing to lock.
    /// - Throws: ``CommandError`` where a transaction is running, for whose end nobody waits: it
    ///   may be the one that has started this program.
    init?(on directory: Path) throws(CommandError) {
        let path = directory.appending(".rpm.lock")
        do {
            descriptor = try systemCall { path.withCString { open($0, O_RDONLY | O_CLOEXEC) } }
        } catch {
            if error == .noEntry { return nil }
            throw CommandError("\(path.text): \(error.text)")
        }
        var lock = flock(
            l_type: Int16(F_RDLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        guard fcntl(descriptor, F_SETLK, &lock) == 0 else {
            let error = Errno.current
            close(descriptor)
            let isTaken = [EAGAIN, EACCES].contains(error.rawValue)
            let reason = isTaken ? "rpm is changing the database" : error.text
            throw CommandError("\(directory.text): \(reason); nothing has been done")
        }
    }

    deinit { close(descriptor) }
}
