import Foundation

/// A directory that is there until the end of its life.
public final class TemporaryDirectory: Sendable {
    /// The directory's path.
    public let path: String

    /// Makes a new directory.
    ///
    /// - Parameter parent: Where to make it; `nil` for the usual place.
    public init(in parent: String? = nil) throws {
        let parent = parent ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        // Short, as the path of a socket is.
        var template = Array("\(parent)/diglim-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CommandError("\(parent): errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in it, whether named with a slash at its beginning or without.
    public func path(_ name: String) -> String {
        name.hasPrefix("/") ? path + name : "\(path)/\(name)"
    }

    /// Writes a file.
    ///
    /// - Returns: The file's path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// Writes a file of text.
    ///
    /// - Returns: The file's path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Makes a directory, with those above it.
    ///
    /// - Returns: The directory's path.
    @discardableResult
    public func makeDirectory(_ name: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    /// Removes a file.
    public func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    /// Reads a file.
    public func bytes(of name: String) throws -> [UInt8] { try readFile(path(name)) }

    /// The names of all that is in it, hidden files too, by name.
    public func names(in subdirectory: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(subdirectory)).sorted()
    }
}

/// Reads a file.
public func readFile(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}
