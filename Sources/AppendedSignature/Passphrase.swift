import CCrypto
import Glibc

/// Where the passphrase or PIN of a key comes from.
///
/// It is read only when a key asks for it, and wiped from memory after use.
public enum Passphrase: Sendable {
    /// The environment variable `KBUILD_SIGN_PIN`, as for the kernel's `sign-file`.
    case environment
    /// The first line of a file, without the newline.
    case file(String)

    static let variable = "KBUILD_SIGN_PIN"
}

/// Answers libcrypto when it asks for a passphrase, and remembers why it failed.
final class PassphraseRequest {
    /// Whether libcrypto asked.
    private(set) var isMade = false
    /// Why there was no answer.
    private(set) var error: SigningError?
    private let passphrase: Passphrase

    init(_ passphrase: Passphrase) { self.passphrase = passphrase }

    /// This object as the last argument of ``answerPassphrase(_:_:_:_:)``; it must outlive the
    /// call that it is for.
    var argument: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// - Returns: The passphrase's length, or -1.
    fileprivate func answer(_ buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        isMade = true
        do throws(SigningError) {
            switch passphrase {
            case .environment: return try answerFromEnvironment(buffer)
            case .file(let path):
                let contents = try Secret(file: path)
                let line = contents.bytes.prefix { $0 != UInt8(ascii: "\n") }
                return try copy(UnsafeRawBufferPointer(rebasing: line), buffer, of: path)
            }
        } catch {
            self.error = error
            return -1
        }
    }

    private func answerFromEnvironment(
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SigningError) -> Int32 {
        guard let value = getenv(Passphrase.variable) else {
            throw SigningError(
                "the key needs a passphrase or PIN, and \(Passphrase.variable) is not set")
        }
        let bytes = UnsafeRawBufferPointer(start: value, count: strlen(value))
        return try copy(bytes, buffer, of: Passphrase.variable)
    }

    private func copy(
        _ passphrase: UnsafeRawBufferPointer, _ buffer: UnsafeMutableRawBufferPointer,
        of source: String
    ) throws(SigningError) -> Int32 {
        // Callers that want a C string find room for its end.
        guard passphrase.count < buffer.count else {
            throw SigningError("the passphrase of \(source) is too long")
        }
        buffer.copyMemory(from: passphrase)
        buffer[passphrase.count] = 0
        return Int32(passphrase.count)
    }
}

/// What libcrypto calls for a passphrase: a `pem_password_cb`.
///
/// - Parameters:
///   - buffer: Where the passphrase goes.
///   - size: The buffer's size, in bytes.
///   - isNew: Whether a key is to be encrypted, which none ever is.
///   - request: A ``PassphraseRequest/argument``.
/// - Returns: The passphrase's length, or -1.
func answerPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isNew: Int32,
    _ request: UnsafeMutableRawPointer?
) -> Int32 {
    guard let buffer, let request else { return -1 }
    return Unmanaged<PassphraseRequest>.fromOpaque(request).takeUnretainedValue()
        .answer(UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)))
}
