import CCrypto
import DigestList

/// A distinguished name, as in RFC 2253 but in UTF-8.
func text(of name: OpaquePointer) -> String? {
    guard let output = BIO_new(BIO_s_mem()) else { return nil }
    defer { BIO_free(output) }
    guard X509_NAME_print_ex(output, name, 0, ccrypto_name_flags()) >= 0 else { return nil }
    var start: UnsafeMutablePointer<UInt8>?
    let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
}

/// A number in hexadecimal, in lower case.
func hexadecimal(_ number: UnsafePointer<ASN1_INTEGER>) -> String? {
    guard let value = ASN1_INTEGER_to_BN(number, nil) else { return nil }
    defer { BN_free(value) }
    guard let digits = BN_bn2hex(value) else { return nil }
    defer { CRYPTO_free(digits, nil, 0) }
    return String(cString: digits).lowercased()
}

/// The bytes of a string.
func bytes(of string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
    Array(
        UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
}

/// Bytes in hexadecimal, in lower case.
func hexadecimal(_ string: UnsafePointer<ASN1_STRING>) -> String {
    let digits = bytes(of: string).flatMap { byte in
        [Hexadecimal.digit(byte >> 4), Hexadecimal.digit(byte)]
    }
    return String(decoding: digits, as: UTF8.self)
}

/// libcrypto's number of an algorithm; `NID_undef` for one that it does not know.
func identifier(of algorithm: UnsafePointer<X509_ALGOR>) -> Int32 {
    var object: OpaquePointer?
    X509_ALGOR_get0(&object, nil, nil, algorithm)
    return object.map { OBJ_obj2nid($0) } ?? NID_undef
}

/// libcrypto's short name of an algorithm, or its object identifier in digits.
func shortName(of algorithm: UnsafePointer<X509_ALGOR>) -> String? {
    let number = identifier(of: algorithm)
    if number == NID_rsaEncryption { return "RSA" }
    if number != NID_undef, let name = OBJ_nid2sn(number) { return String(cString: name) }
    var object: OpaquePointer?
    X509_ALGOR_get0(&object, nil, nil, algorithm)
    var digits = [CChar](repeating: 0, count: 128)
    guard OBJ_obj2txt(&digits, Int32(digits.count), object, 1) > 0 else { return nil }
    return digits.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
}
