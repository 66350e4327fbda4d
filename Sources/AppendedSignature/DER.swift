import CCrypto

/// DER from one of libcrypto's `i2d` functions.
///
/// - Parameter encode: Calls the function with a place for the encoding, `nil` at first, so that
///   the function allocates it.
/// - Returns: `nil` where the function fails.
func encoded(_ encode: (inout UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8]? {
    var start: UnsafeMutablePointer<UInt8>?
    let count = encode(&start)
    guard count > 0, let start else { return nil }
    defer { CRYPTO_free(start, nil, 0) }
    return Array(UnsafeBufferPointer(start: start, count: Int(count)))
}

/// A set in DER.
///
/// - Parameter elements: The elements, in DER each, in any order.
func encodedSet(_ elements: [[UInt8]]) -> [UInt8] {
    let content = elements.sorted { $0.lexicographicallyPrecedes($1) }.joined()
    let size = Int(ASN1_object_size(1, Int32(content.count), V_ASN1_SET))
    let header = [UInt8](unsafeUninitializedCapacity: size - content.count) { buffer, count in
        var position = buffer.baseAddress
        ASN1_put_object(&position, 1, Int32(content.count), V_ASN1_SET, V_ASN1_UNIVERSAL)
        count = buffer.count
    }
    return header + content
}
