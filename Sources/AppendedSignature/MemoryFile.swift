import CCrypto

/// Calls a function with bytes as libcrypto reads a file.
///
/// - Parameters:
///   - bytes: The bytes.
///   - body: The function, which gets a `BIO`.
/// - Returns: What the function returns.
/// - Throws: ``SigningError`` for 2 GiB or more, and what the function throws.
func withMemoryFile<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (OpaquePointer) throws(SigningError) -> Result
) throws(SigningError) -> Result {
    guard let count = Int32(exactly: bytes.count) else {
        throw SigningError("too large to be signed")
    }
    // No bytes may be nowhere, which libcrypto does not take, though it reads nothing there.
    let start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
    guard let file = BIO_new_mem_buf(start, count) else {
        throw SigningError(libcrypto: "no memory")
    }
    defer { BIO_free(file) }
    return try body(file)
}
