import CommandLineTool
import Glibc
import LinuxFiles

/// A private copy of a database that librpm cannot open without changing its directory.
///
/// An SQLite database in WAL mode needs two files beside it, the log and its index in shared memory.
/// Where they are there, reading the database is what every `rpm -q` does, and disturbs no
/// transaction. Where one is missing, SQLite would create it and leave it behind, and on a read-only
/// file system it would fail. But then nobody is writing to the database either, and a copy of it is
/// whole. Of an ndb database librpm makes the index anew where it is missing or outdated, even for
/// who only reads.
struct DatabaseCopy {
    /// The directory that holds the copy.
    let path: Path

    /// Copies a database if opening it could leave traces.
    ///
    /// - Parameters:
    ///   - directory: The directory that holds the database.
    ///   - backend: The database's format.
    /// - Returns: `nil` where no copy is needed.
    /// - Throws: ``CommandError`` where the database cannot be copied.
    init?(ifNeededFor directory: Path, _ backend: DatabaseBackend) throws(CommandError) {
        let source = directory.appending(backend.fileName)
        let names: [String]
        switch backend {
        case .sqlite:
            let isInUse = ["-wal", "-shm"].allSatisfy { isRegularFile(source.withSuffix($0)) }
            guard try Self.usesWAL(source), !isInUse else { return nil }
            names = [backend.fileName, backend.fileName + "-wal"]
        case .ndb: names = [backend.fileName, "Index.db"]
        case .berkeley: return nil
        }
        path = try Self.makeDirectory()
        do { try copy(names, from: directory) } catch {
            remove()
            throw CommandError("\(source.text): \(error.text)")
        }
    }

    /// Removes the copy; who has it open can go on reading it.
    func remove() {
        for name in (try? entries(of: path)) ?? [] {
            _ = path.appending(name).withCString { unlink($0) }
        }
        _ = path.withCString { rmdir($0) }
    }

    private static func makeDirectory() throws(CommandError) -> Path {
        let parent = getenv("TMPDIR").map { Path(cString: $0) } ?? Path("/tmp")
        var template = parent.appending("diglimctl-XXXXXX").bytes.map { CChar(bitPattern: $0) }
        template.append(0)
        guard mkdtemp(&template) != nil else {
            throw CommandError("\(parent.text): no place for a copy: \(Errno.current.text)")
        }
        let path = Path(bytes: template.dropLast().map { UInt8(bitPattern: $0) })
        guard !path.bytes.contains(UInt8(ascii: "%")) else {
            _ = path.withCString { rmdir($0) }
            throw CommandError("\(parent.text): librpm cannot use a path with '%'")
        }
        return path
    }

    /// Copies until nobody has changed the database meanwhile.
    private func copy(_ names: [String], from directory: Path) throws(CommandError) {
        let sources = names.map { directory.appending($0) }
        for _ in 0..<3 {
            let before = sources.map(Self.stamp)
            for (name, source) in zip(names, sources) where isRegularFile(source) {
                do { try copyFile(source, path.appending(name)) } catch {
                    throw CommandError("cannot copy the database: \(error.text)")
                }
            }
            if sources.map(Self.stamp) == before { return }
        }
        throw CommandError("the database is being changed")
    }

    /// What changes with every change of a file; `nil` where there is none.
    private static func stamp(of path: Path) -> [Int]? {
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
        return [
            Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec,
        ]
    }

    /// Whether the header of an SQLite database says that it is in WAL mode.
    private static func usesWAL(_ source: Path) throws(CommandError) -> Bool {
        let descriptor: Int32
        do { descriptor = try openRegularFile(source) } catch {
            throw CommandError("\(source.text): \(error.text)")
        }
        defer { close(descriptor) }
        var version: UInt8 = 0
        return pread(descriptor, &version, 1, 19) == 1 && version == 2
    }
}

/// Copies a file's bytes.
///
/// - Parameters:
///   - source: The file.
///   - target: The copy, which is written anew.
/// - Throws: ``Errno`` of what failed.
private func copyFile(_ source: Path, _ target: Path) throws(Errno) {
    let input = try systemCall { source.withCString { open($0, O_RDONLY | O_CLOEXEC) } }
    defer { close(input) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    let output = try systemCall { target.withCString { open($0, flags, 0o600) } }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = try systemCall { read(input, &buffer, buffer.count) }
        if count == 0 { return }
        try writeAll(Array(buffer[..<count]), to: output)
    }
}
