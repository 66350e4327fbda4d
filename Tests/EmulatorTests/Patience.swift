import BlackBox
import Foundation
import Glibc

/// Tests run side by side in one process, and what one of them has open, a child that another one
/// starts has open too until its program runs. So the interface may be busy for a moment after a
/// close, and what follows tries again.
extension MountedEmulator {
    /// Opens a file of the interface.
    ///
    /// - Returns: The descriptor, or -1 with the error in `errno`.
    func openPatiently(_ file: String, _ flags: Int32) -> Int32 {
        for _ in 0..<1000 {
            let descriptor = open(path(file), flags | O_CLOEXEC)
            guard descriptor < 0, errno == EBUSY else { return descriptor }
            usleep(5000)
        }
        return -1
    }

    /// Writes once to a file of the interface, on a descriptor of its own.
    ///
    /// - Returns: `ok`, the name of the error, or the number of bytes where they are fewer.
    func send(_ bytes: [UInt8], to file: String, flags: Int32 = O_WRONLY) -> String {
        let descriptor = openPatiently(file, flags)
        guard descriptor >= 0 else { return errorName(errno) }
        defer { close(descriptor) }
        return Self.write(bytes, to: descriptor)
    }

    /// Adds a list.
    ///
    /// - Returns: As ``send(_:to:flags:)``.
    func add(_ list: [UInt8], label: String? = nil) -> String {
        perform(list, label, "digest_list_add")
    }

    /// Deletes a list.
    ///
    /// - Returns: As ``send(_:to:flags:)``.
    func delete(_ list: [UInt8], label: String? = nil) -> String {
        perform(list, label, "digest_list_del")
    }

    private func perform(_ list: [UInt8], _ label: String?, _ file: String) -> String {
        if let label {
            let result = send(Array("\(label)\0".utf8), to: "digest_list_label")
            guard result == "ok" else { return result }
        }
        return send(list, to: file)
    }

    /// Asks for a digest.
    ///
    /// - Returns: The lines of the answer, or the error of the question.
    func query(_ text: String) -> String {
        let result = send(Array(text.utf8), to: "digest_query")
        guard result == "ok" else { return result }
        let descriptor = openPatiently("digest_query", O_RDONLY)
        guard descriptor >= 0 else { return errorName(errno) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count < 0 ? errorName(errno) : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
