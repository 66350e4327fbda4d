import CommandLineTool
import Glibc
import LinuxFiles

/// Opens the file of a digest list as the parser does: no symbolic link is followed, no mount
/// entered, and nothing else than a regular file is opened.
///
/// - Parameters:
///   - name: The file's name, without a slash.
///   - directory: The directory's path.
/// - Throws: ``CommandError`` where there is no such file.
public func openList(_ name: Path, in directory: Path) throws(CommandError) -> FileDescriptor {
    let opened = try rethrowing(
        as: CommandError.init(opening:),
        try directory.withCString { (path) throws(Errno) in
            try FileDescriptor(path: path, for: [.reading, .directory])
        })
    return try openList(name, in: opened)
}

/// Opens the file of a digest list in an open directory.
///
/// - Parameters:
///   - name: The file's name, without a slash.
///   - directory: The directory.
/// - Throws: ``CommandError`` where there is no such file.
func openList(
    _ name: Path, in directory: borrowing FileDescriptor
) throws(CommandError) -> FileDescriptor {
    // Opening a FIFO or a device may wait or have effects.
    let status = try rethrowing(
        as: CommandError.init(opening:),
        try name.withCString { (name) throws(Errno) in try directory.status(of: name) })
    if status.isSymbolicLink { throw CommandError("a symbolic link, not a file") }
    guard status.isRegular else { throw CommandError("not a regular file") }
    let file = try rethrowing(
        as: CommandError.init(opening:),
        try name.withCString { (name) throws(Errno) in
            try FileDescriptor(entry: name, of: directory, for: [.reading, .nonBlocking])
        })
    // Something else may have taken its place.
    let isRegular = try rethrowing(as: CommandError.init(opening:), try file.status()).isRegular
    guard isRegular else { throw CommandError("not a regular file") }
    return file
}

extension CommandError {
    init(opening error: Errno) {
        self.init(error == .crossDevice ? "another file is mounted over it" : error.text)
    }
}
