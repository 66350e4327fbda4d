import CGlibc
import CommandLineTool
import Glibc
import LinuxFiles

/// A regular file that is open for reading.
struct OpenFile: ~Copyable {
    /// The file, at its start.
    let descriptor: Int32
    private let mode: mode_t
    private let size: Int

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - followsLink: Whether the file may be a symbolic link to one.
    /// - Returns: `nil` for what is gone, and for what is no regular file.
    /// - Throws: ``CommandError`` where the file cannot be opened.
    init?(_ path: Path, followsLink: Bool = false) throws(CommandError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor: Int32
        do {
            descriptor = try systemCall { path.withCString { open($0, flags) } }
        } catch {
            // A link, a socket, or what is not there any more.
            if [ELOOP, ENXIO, ENOENT, ENOTDIR].contains(error.rawValue) { return nil }
            throw CommandError(error.text)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        mode = status.st_mode
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// What the file can be executed or loaded as.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - directory: The file's directory.
    /// - Returns: `nil` for what nobody would execute or load.
    func kind(named name: Path, in directory: CheckedDirectory) -> FileKind? {
        if let kind = directory.area.kind(of: name) { return kind }
        guard directory.allowsExecution else { return nil }
        var start = (UInt8(0), UInt8(0), UInt8(0), UInt8(0))
        return withUnsafeMutableBytes(of: &start) { start in
            let count = max(0, pread(descriptor, start.baseAddress, start.count, 0))
            return FileKind(mode: mode, start: start.prefix(count))
        }
    }

    /// Whether the file has these bytes and no others.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: ``CommandError`` where the file cannot be read.
    func holds(_ bytes: [UInt8]) throws(CommandError) -> Bool {
        guard size == bytes.count else { return false }
        var (place, buffer) = (0, [UInt8](repeating: 0, count: min(size, 1 << 16)))
        while place < size {
            let count: Int
            do {
                count = try systemCall { pread(descriptor, &buffer, buffer.count, off_t(place)) }
            } catch {
                throw CommandError(error.text)
            }
            guard count > 0, count <= size - place,
                bytes.withUnsafeBytes({ memcmp($0.baseAddress! + place, buffer, count) }) == 0
            else { return false }
            place += count
        }
        return true
    }

    /// What comes before the lists.
    var attribute: IMAAttribute? {
        var value = [UInt8](repeating: 0, count: 1 << 12)
        let count = fgetxattr(descriptor, "security.ima", &value, value.count)
        return count > 0 ? IMAAttribute(type: value[0]) : nil
    }
}
