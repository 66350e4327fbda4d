import CCrypto

/// Why something cannot be signed or verified, in one sentence.
public struct SigningError: Error, Equatable, Sendable {
    /// The sentence, which begins with the file's name where it is about a file.
    public var text: String

    /// Creates an error.
    ///
    /// - Parameter text: The sentence.
    public init(_ text: String) { self.text = text }

    /// Creates an error of a call to libcrypto that failed just now.
    ///
    /// - Parameter text: What failed; libcrypto's reason is appended.
    init(libcrypto text: String) {
        self.text = libcryptoReason.map { "\(text): \($0)" } ?? text
    }
}

/// What libcrypto says about the call that failed last.
var libcryptoReason: String? {
    ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) }
}

/// The reason within an error of libcrypto.
///
/// - Parameter code: The error's code.
func reason(_ code: UInt) -> Int32 { Int32(truncatingIfNeeded: code & UInt(ERR_REASON_MASK)) }

/// The library within an error of libcrypto.
///
/// - Parameter code: The error's code.
func library(_ code: UInt) -> Int32 {
    Int32(truncatingIfNeeded: (code >> UInt(ERR_LIB_OFFSET)) & UInt(ERR_LIB_MASK))
}

/// Calls a function that leaves nothing behind in libcrypto's queue of errors.
///
/// - Parameter body: The function, which finds the queue empty.
/// - Returns: What the function returns.
/// - Throws: What the function throws.
func withLibcrypto<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
    ERR_clear_error()
    defer { ERR_clear_error() }
    return try body()
}
