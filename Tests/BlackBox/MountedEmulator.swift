import CSpawn
import Foundation

/// The built emulator, or what has its interface, mounted on a directory of its own until the end
/// of its life.
public final class MountedEmulator {
    /// Where the interface is.
    public let directory: String
    // Both are there until nothing is mounted in them any more.
    private let parent: TemporaryDirectory
    private let scratch: TemporaryDirectory

    /// The path of the log.
    var log: String { scratch.path("log") }

    /// Mounts the emulator.
    ///
    /// - Parameters:
    ///   - options: The options before the mount point.
    ///   - name: The mount point.
    ///   - parent: Where the mount point is; `nil` for a directory of its own.
    public convenience init(
        options: [String], on name: String = "mount", in parent: TemporaryDirectory? = nil
    ) throws {
        try self.init(on: name, in: parent) { directory, log in
            try Self.mount(.emulator, ["--log", log] + options + [directory])
        }
    }

    /// Mounts what may be another program than the emulator.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - options: The options before the mount point that it shall have besides its own.
    public convenience init(_ program: InterfaceProgram, options: [String] = []) throws {
        try self.init { directory, log in
            let log = program == .emulator ? ["--log", log] : []
            try Self.mount(program.program, program.options + log + options + [directory])
        }
    }

    /// Has somebody mount.
    ///
    /// - Parameters:
    ///   - name: The mount point.
    ///   - parent: Where the mount point is; `nil` for a directory of its own.
    ///   - mount: Mounts on the directory, and may write a log to the file.
    public init(
        on name: String = "mount", in parent: TemporaryDirectory? = nil,
        mount: (_ directory: String, _ log: String) throws -> Void
    ) throws {
        scratch = try TemporaryDirectory()
        self.parent = parent ?? scratch
        directory = try self.parent.makeDirectory(name)
        try mount(directory, scratch.path("log"))
    }

    /// Mounts the emulator.
    ///
    /// - Parameter options: The options before the mount point.
    public convenience init(_ options: String...) throws { try self.init(options: options) }

    /// Mounts the emulator with what IMA does with uploads, and does with those of a program.
    ///
    /// - Parameters:
    ///   - actions: The actions of everyone's uploads.
    ///   - executable: The path of an executable.
    ///   - executableActions: The actions of its uploads.
    ///   - options: More options.
    public convenience init(
        actions: Int, for executable: String, actions executableActions: Int,
        options: [String] = []
    ) throws {
        try self.init(
            options: [
                "--actions", "\(actions)", "--actions-for", "\(executable)=\(executableActions)",
            ] + options)
    }

    deinit { unmount() }

    /// Takes the mount away.
    public func unmount() { _ = try? runProgram("fusermount3", ["-u", "-z", "-q", directory]) }

    private static func mount(_ program: Program, _ arguments: [String]) throws {
        let outcome = try runProgram(program.path, arguments)
        guard outcome.status == 0 else {
            throw CommandError("\(program.rawValue) does not mount: \(outcome.errors)")
        }
    }

    /// Runs the program until it ends or is in the background.
    public static func run(_ arguments: [String]) throws -> Outcome {
        try runProgram(Program.emulator.path, arguments)
    }
}

// MARK: - Files

extension MountedEmulator {
    /// The path of a file of the interface.
    public func path(_ file: String) -> String { "\(directory)/\(file)" }

    /// Opens a file of the interface.
    ///
    /// - Parameters:
    ///   - file: The file's name.
    ///   - flags: As to `open(2)`.
    /// - Returns: The descriptor, or -1 with the error in `errno`.
    public func open(_ file: String, _ flags: Int32) -> Int32 {
        programStart.withLock { _ in Glibc.open(path(file), flags | O_CLOEXEC) }
    }

    /// Writes once to a file of the interface, on a descriptor of its own.
    ///
    /// - Returns: `ok`, the name of the error, or the number of bytes where they are fewer.
    public func write(_ bytes: [UInt8], to file: String, flags: Int32 = O_WRONLY) -> String {
        let descriptor = open(file, flags)
        guard descriptor >= 0 else { return Self.lastError }
        defer { close(descriptor) }
        return Self.write(bytes, to: descriptor)
    }

    /// Writes once to an open file.
    ///
    /// - Returns: As when writing to a file by name.
    public static func write(_ bytes: [UInt8], to descriptor: Int32) -> String {
        let count = Glibc.write(descriptor, bytes, bytes.count)
        if count < 0 { return lastError }
        return count == bytes.count ? "ok" : "\(count)"
    }

    /// Adds a list.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: The label to set before; `nil` for none.
    /// - Returns: As when writing to a file by name.
    @discardableResult
    public func add(_ list: [UInt8], label: String? = nil) -> String {
        perform(list, label, "digest_list_add")
    }

    /// Deletes a list.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: The label to set before; `nil` for none.
    /// - Returns: As when writing to a file by name.
    @discardableResult
    public func delete(_ list: [UInt8], label: String? = nil) -> String {
        perform(list, label, "digest_list_del")
    }

    private func perform(_ list: [UInt8], _ label: String?, _ file: String) -> String {
        if let label {
            let result = write(Array("\(label)\0".utf8), to: "digest_list_label")
            guard result == "ok" else { return result }
        }
        return write(list, to: file)
    }

    /// Asks for a digest.
    ///
    /// - Returns: The lines of the answer, or the error of the question.
    public func query(_ text: String) -> String {
        let result = write(Array(text.utf8), to: "digest_query")
        guard result == "ok" else { return result }
        do { return try self.text("digest_query") } catch { return "\(error)" }
    }

    /// What a file shows, read to its end.
    public func read(_ file: String) throws -> [UInt8] {
        let descriptor = open(file, O_RDONLY)
        guard descriptor >= 0 else { throw CommandError("\(file): \(Self.lastError)") }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw CommandError("\(file): \(Self.lastError)") }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    /// What a file shows, as text.
    public func text(_ file: String) throws -> String {
        String(decoding: try read(file), as: UTF8.self)
    }

    /// The four counts.
    public func counts() throws -> [String] {
        try text("digests_count").split(separator: "\n").map {
            String($0.drop { $0 != ":" }.dropFirst(2))
        }
    }

    /// The names in `digest_lists_loaded`, sorted by their bytes.
    public func loadedNames() throws -> [[UInt8]] {
        guard let directory = opendir(path("digest_lists_loaded")) else {
            throw CommandError("digest_lists_loaded: \(Self.lastError)")
        }
        defer { closedir(directory) }
        var names: [[UInt8]] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static var lastError: String { errorName(errno) }
}

/// The symbol of an error number, such as `EBUSY`.
public func errorName(_ number: Int32) -> String {
    strerrorname_np(number).map { String(cString: $0) } ?? "\(number)"
}
