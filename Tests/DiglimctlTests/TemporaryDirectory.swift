import Foundation

/// A directory that is there until the end of its life.
final class TemporaryDirectory {
    /// The directory's path.
    let path: String

    /// Makes a new directory.
    init() throws {
        var template = Array("/tmp/diglimctl-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in it.
    func path(_ name: String) -> String { path + "/" + name }

    /// Creates an empty file.
    func create(_ name: String) throws -> FileHandle {
        try write([], to: name)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
    }

    /// Writes a file.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// Makes a directory.
    func makeDirectory(_ name: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    /// Reads a file.
    func bytes(of name: String) throws -> [UInt8] { try readFile(path(name)) }

    /// The names of all that is in it, hidden files too, by name.
    func names(in subdirectory: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(subdirectory)).sorted()
    }
}

/// Reads a file.
func readFile(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// What tells whether a file has been written again: its number and its time.
func identity(of path: String) throws -> [Int] {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw CocoaError(.fileReadNoSuchFile) }
    return [
        Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size),
    ]
}

/// The SHA-256 of files, by `sha256sum(1)`.
///
/// - Parameter paths: The files.
/// - Returns: For each, the digest in hexadecimal.
func sha256(of paths: [String]) throws -> [String] {
    guard !paths.isEmpty else { return [] }
    let outcome = try runProgram("sha256sum", ["--"] + paths)
    return outcome.output.split(separator: "\n").map { String($0.prefix(64)) }
}
