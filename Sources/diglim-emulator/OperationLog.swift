import DigestList
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// A file with a line for each operation: file, label, size, SHA-256 and result, between tabs.
struct OperationLog: ~Copyable {
    private let descriptor: Int32

    /// Opens the log to append to it.
    ///
    /// - Parameter path: The file, which is created where it is missing.
    /// - Throws: ``Errno`` of `open(2)`.
    init(path: String) throws(Errno) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .current }
    }

    deinit { close(descriptor) }

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - file: The name of the interface's file.
    ///   - label: The label that counts for the operation, if one does.
    ///   - payload: What was written.
    ///   - error: How it failed, if it did.
    func record(file: String, label: [UInt8]?, payload: [UInt8], error: InterfaceError?) {
        var line = Array("\(file)\t".utf8)
        line += label.map(Self.escape) ?? [UInt8(ascii: "-")]
        line += Array("\t\(payload.count)\t".utf8)
        line += Hexadecimal.encode(SHA256.digest(of: payload))
        line += Array("\t\(error?.name ?? "ok")\n".utf8)
        // An upload has its result, whether the log takes the line or not.
        _ = write(descriptor, line, line.count)
    }

    /// A path may hold what would break the line; a label cannot.
    private static func escape(_ label: [UInt8]) -> [UInt8] {
        label.flatMap { byte in
            Label.accepts(byte) ? [byte] : Array("\\x".utf8) + Hexadecimal.encode([byte])
        }
    }
}
