import BlackBox
import CLinux
import DigestList
import Synchronization

/// A directory that plays DIGLIM's interface, and keeps in order what is written to it.
///
/// The files for labels and lists are one FIFO under several names. Unlike a plain file, it does
/// not begin anew when it is opened again.
final class PipeInterface {
    private let directory: TemporaryDirectory
    private let recorder: PipeRecorder

    /// Where the interface is.
    var path: String { directory.path }

    /// Creates the directory.
    ///
    /// - Parameter labelFiles: The names of the files for labels.
    init(labelFiles: [String] = ["digest_list_label"]) throws {
        directory = try TemporaryDirectory()
        let fifo = directory.path("digest_list_add")
        guard mkfifo(fifo, 0o600) == 0 else { throw PipeError() }
        for name in labelFiles + ["digest_list_del"] {
            guard link(fifo, directory.path(name)) == 0 else { throw PipeError() }
        }
        try directory.makeDirectory("digest_lists_loaded")
        recorder = try PipeRecorder(fifo)
    }

    /// Writes one of the files that are read.
    func write(_ bytes: [UInt8], to name: String) throws { try directory.write(bytes, to: name) }

    /// Writes one of the files that are read.
    func write(_ text: String, to name: String) throws { try directory.write(text, to: name) }

    /// Makes a list count as loaded.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: The list's label.
    func load(_ list: [UInt8], label: String) throws {
        let name = "digest_lists_loaded/sha256-\(sha256(list))-\(label)"
        try directory.write(list, to: name)
        try directory.write("a view in words", to: name + ".ascii")
    }

    /// Removes the file of a list that counts as loaded.
    func unload(_ list: [UInt8], label: String) throws {
        try directory.remove("digest_lists_loaded/sha256-\(sha256(list))-\(label)")
    }

    /// All that was written, to whichever file; nothing more may be written then.
    func written() -> [UInt8] { recorder.stop() }

    /// The labels that were written, each with the list that followed it.
    func operations() throws -> [(label: String, list: [UInt8])] {
        var rest = written()[...]
        var operations: [(label: String, list: [UInt8])] = []
        while !rest.isEmpty {
            let label = rest.prefix { $0 != 0 }
            rest = rest.dropFirst(label.count + 1)
            let list = Self.list(at: rest)
            rest = rest.dropFirst(list.count)
            operations.append((String(decoding: label, as: UTF8.self), Array(list)))
        }
        return operations
    }

    /// The blocks up to the next label: no label begins with the byte that each block begins with.
    private static func list(at bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while rest.first == 1, rest.count >= 16 {
            let size = rest.dropFirst(12).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(16 + size)
        }
        return bytes.prefix(bytes.count - rest.count)
    }
}

/// Why there is no FIFO.
struct PipeError: Error {
    let errno = clinux_errno()
}

/// Takes all that is written to a FIFO out of it.
private final class PipeRecorder: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isStopped = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    init(_ path: String) throws {
        // For both, so that there is always a reader, and never an end.
        descriptor = clinux_openat(AT_FDCWD, path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw PipeError() }
        startThread { [weak self] in
            while let recorder = self, recorder.takeSome() {}
        }
    }

    deinit { close(descriptor) }

    /// - Returns: `false` once there is nothing more to take.
    private func takeSome() -> Bool {
        let isStopped = state.withLock { state in
            take(into: &state.bytes)
            return state.isStopped
        }
        if !isStopped { waitForBytes(descriptor) }
        return !isStopped
    }

    private func take(into bytes: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return }
            bytes += chunk[..<count]
        }
    }

    /// Takes the rest, and nothing after it.
    func stop() -> [UInt8] {
        state.withLock { state in
            state.isStopped = true
            take(into: &state.bytes)
            return state.bytes
        }
    }
}
