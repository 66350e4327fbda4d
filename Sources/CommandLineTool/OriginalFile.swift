import Glibc
import LinuxFiles

/// A file that is to be replaced, as it was when it was read.
public struct OriginalFile: Equatable, Sendable {
    /// The file's permissions, with the bits for set-user-ID and the like.
    let mode: mode_t
    /// The user who owns the file.
    let owner: uid_t
    /// The group that owns the file.
    let group: gid_t
    /// What is different in every other file, and after every change.
    private let identity: [Int]

    /// Takes note of an open file.
    ///
    /// - Parameter descriptor: The file, before it is read.
    /// - Throws: ``Errno`` of `fstat(2)`.
    public init(_ descriptor: Int32) throws(Errno) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .current }
        self.init(status)
    }

    /// Takes note of a file in a directory.
    ///
    /// - Parameters:
    ///   - name: The file's name; a symbolic link is not followed.
    ///   - directory: The descriptor of the directory.
    /// - Returns: `nil` where there is none.
    init?(_ name: Path, in directory: Int32) {
        var status = stat()
        let result = name.withCString { fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW) }
        guard result == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        group = status.st_gid
        identity = [
            Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }

    /// Gives a file the same permissions and the same owner.
    ///
    /// - Parameter descriptor: The file that will take the place.
    /// - Throws: ``Errno`` of `fchown(2)` or `fchmod(2)`.
    func passOn(to descriptor: Int32) throws(Errno) {
        // The owner first, which takes bits away from the permissions.
        try systemCall { fchown(descriptor, owner, group) }
        try systemCall { fchmod(descriptor, mode) }
    }
}
