import Glibc
import LinuxFiles

/// Whether a path leads to a directory.
///
/// - Parameter path: The path; symbolic links are followed.
public func isDirectory(_ path: Path) -> Bool {
    fileType(of: path) == S_IFDIR
}

/// Whether a path leads to a file that can be read as one: no directory, device, FIFO or socket.
///
/// - Parameter path: The path; symbolic links are followed.
public func isRegularFile(_ path: Path) -> Bool {
    fileType(of: path) == S_IFREG
}

private func fileType(of path: Path) -> mode_t? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    return status.st_mode & S_IFMT
}

/// Opens a regular file for reading, without ever waiting for a FIFO's other end.
///
/// - Parameters:
///   - path: The file's path, relative to the directory.
///   - directory: The descriptor of a directory; by default the working directory.
///   - followsLink: Whether the file may be a symbolic link to one.
/// - Returns: A descriptor that the caller closes.
/// - Throws: ``CommandError`` where there is no such file, or it is not a regular one.
public func openRegularFile(
    _ path: Path, in directory: Int32 = AT_FDCWD, followsLink: Bool = true
) throws(CommandError) -> Int32 {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLink ? 0 : O_NOFOLLOW)
    let descriptor: Int32
    do {
        descriptor = try systemCall { path.withCString { openat(directory, $0, flags) } }
    } catch {
        throw CommandError(error.text)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw CommandError("not a regular file")
    }
    return descriptor
}

/// Reads the rest of an open file.
///
/// - Parameters:
///   - descriptor: The file.
///   - limit: The size from which on the file is refused, in bytes.
///   - kind: What the file is to be, for messages.
/// - Throws: ``CommandError`` where the file is too large or cannot be read.
public func readAll(
    _ descriptor: Int32, limit: Int, for kind: StaticString = "a digest list"
) throws(CommandError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw CommandError(Errno.current.text) }
    guard Int(status.st_size) < limit else { throw CommandError("too large for \(kind)") }
    // One byte more than the file has, so that the end is seen without reading it twice.
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
    var count = 0
    while count < bytes.count {
        let more: Int
        do {
            more = try systemCall {
                bytes.withUnsafeMutableBytes {
                    Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
                }
            }
        } catch {
            throw CommandError(error.text)
        }
        if more == 0 { break }
        count += more
    }
    guard count < bytes.count else { throw CommandError("the file grew while it was read") }
    return Array(bytes[..<count])
}

/// The names in a directory, without `.` and `..`, in no order.
///
/// - Parameter directory: The directory's path.
/// - Throws: ``CommandError`` where the directory cannot be read.
public func entries(of directory: Path) throws(CommandError) -> [Path] {
    do {
        return try directory.withCString { (path) throws(Errno) in
            let descriptor = try FileDescriptor(path: path, for: [.reading, .directory])
            var names = NameList()
            try descriptor.list(into: &names) { _ in true }
            return (0..<names.count).map { Path(cString: names[$0]) }
        }
    } catch {
        throw CommandError(error.text)
    }
}
