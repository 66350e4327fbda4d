import CCrypto
import LinuxFiles

/// Bytes that nobody shall find in memory later on: wiped at the end of their life.
final class Secret {
    /// The bytes.
    let bytes: UnsafeRawBufferPointer
    private let memory: UnsafeMutableRawBufferPointer

    /// Larger than all keys, certificates and passphrases, in bytes.
    private static let limit = 1 << 20

    /// Reads a file, which may be a pipe.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: ``SigningError`` where the file cannot be read or is far too large.
    init(file path: String) throws(SigningError) {
        memory = .allocate(byteCount: Self.limit, alignment: 1)
        do {
            let file = try FileDescriptor(path: path, for: .reading)
            bytes = UnsafeRawBufferPointer(rebasing: memory[..<(try file.read(into: memory))])
        } catch {
            memory.deallocate()
            let reason = error.reason.map { String(cString: $0) } ?? "error \(error.rawValue)"
            throw SigningError("\(path): \(reason)")
        }
        guard bytes.count < memory.count else {
            throw SigningError("\(path): too large for a key, a certificate or a passphrase")
        }
    }

    /// Copies bytes.
    ///
    /// - Parameter source: The bytes.
    init(copyOf source: UnsafeRawBufferPointer) {
        memory = .allocate(byteCount: source.count, alignment: 1)
        memory.copyMemory(from: source)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }
}
