import CCrypto
import DigestList
import Glibc
import LinuxFiles

/// Digests of files and bytes, through libcrypto.
///
/// A hasher is for one thread at a time.
public final class Hasher {
    /// The digests' algorithm.
    public let algorithm: HashAlgorithm
    private let method: OpaquePointer
    private let context: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)

    /// Creates a hasher.
    ///
    /// - Parameter algorithm: The digests' algorithm.
    /// - Throws: ``HasherError/unsupported(_:)`` for one that libcrypto does not have.
    public init(_ algorithm: HashAlgorithm) throws(HasherError) {
        defer { ERR_clear_error() }
        guard let method = EVP_MD_fetch(nil, algorithm.libcryptoName, nil),
            let context = EVP_MD_CTX_new()
        else { throw .unsupported(algorithm) }
        self.algorithm = algorithm
        self.method = method
        self.context = context
    }

    deinit {
        buffer.deallocate()
        EVP_MD_CTX_free(context)
        EVP_MD_free(method)
    }

    /// The digest of the rest of an open file.
    ///
    /// - Parameters:
    ///   - descriptor: The file.
    ///   - goesOn: Is told the number of bytes each time that some have been read, and says whether
    ///     to go on.
    /// - Throws: ``HasherError/system(_:)`` where the file cannot be read, ``HasherError/stopped``
    ///   where it is not to go on.
    public func digest(
        of descriptor: Int32, goesOn: (Int) -> Bool = { _ in true }
    ) throws(HasherError) -> [UInt8] {
        begin()
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return finish() }
            if count > 0 {
                add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                guard goesOn(count) else { throw .stopped }
            } else if Errno.current != .interrupted {
                throw .system(.current)
            }
        }
    }

    /// The digest of bytes.
    ///
    /// - Parameter bytes: The bytes.
    public func digest(of bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes(digest) }

    /// The digest of bytes.
    ///
    /// - Parameter bytes: The bytes.
    public func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        begin()
        add(bytes)
        return finish()
    }

    private func begin() {
        precondition(EVP_DigestInit_ex2(context, method, nil) == 1)
    }

    private func add(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1)
    }

    private func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.digestSize)
        precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1)
        return digest
    }
}

/// Why there is no digest.
public enum HasherError: Error {
    /// libcrypto does not have the algorithm.
    case unsupported(HashAlgorithm)
    /// The file cannot be read.
    case system(Errno)
    /// The file was not to be read to its end.
    case stopped
    /// Somebody wrote to the file or changed its mode.
    case changed
    /// The file has another size than its status says, as files of procfs and sysfs have.
    case size

    /// The error in words.
    public var text: String {
        switch self {
        case .unsupported(let algorithm): "libcrypto does not have \(algorithm.name)"
        case .system(let error): error.reason.map { String(cString: $0) } ?? "cannot be read"
        case .stopped: "not read to its end"
        case .changed: "changed while it was read"
        case .size: "not of the size that its status says"
        }
    }
}

extension HashAlgorithm {
    /// The algorithm's name in libcrypto, where it differs from the kernel's.
    fileprivate var libcryptoName: String {
        switch self {
        case .rmd160: "RIPEMD160"
        default: "\(name)"
        }
    }
}
