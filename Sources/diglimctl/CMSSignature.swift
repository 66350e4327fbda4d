import CCrypto
import CommandLineTool

extension SignatureDescription {
    /// Reads a PKCS#7 signature, a CMS message in DER, through libcrypto.
    ///
    /// - Parameter data: The signature data.
    /// - Throws: ``CommandError`` where it is not such a message or has no signer.
    mutating func readPKCS7(_ data: UnsafeRawBufferPointer) throws(CommandError) {
        defer { ERR_clear_error() }
        var position = data.bindMemory(to: UInt8.self).baseAddress
        let end = position.map { $0 + data.count }
        guard let message = d2i_CMS_ContentInfo(nil, &position, data.count) else {
            throw CommandError("the PKCS#7 signature cannot be read")
        }
        defer { CMS_ContentInfo_free(message) }
        guard position == end else {
            throw CommandError("bytes after the PKCS#7 signature")
        }
        guard let signers = CMS_get0_SignerInfos(message), OPENSSL_sk_num(signers) > 0,
            let signer = OPENSSL_sk_value(signers, 0)
        else { throw CommandError("the PKCS#7 signature has no signer") }
        read(signer: OpaquePointer(signer))
        if OPENSSL_sk_num(signers) > 1 {
            throw CommandError("the PKCS#7 signature has more than one signer")
        }
    }

    private mutating func read(signer: OpaquePointer) {
        var key: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var name: OpaquePointer?
        var number: UnsafeMutablePointer<ASN1_INTEGER>?
        if CMS_SignerInfo_get0_signer_id(signer, &key, &name, &number) == 1 {
            issuer = name.flatMap(text(of:))
            serial = number.flatMap(text(of:))
            subjectKeyID = key.map { key in
                hexadecimal(
                    UnsafeBufferPointer(
                        start: ASN1_STRING_get0_data(key), count: Int(ASN1_STRING_length(key))))
            }
        }
        var digest: UnsafeMutablePointer<X509_ALGOR>?
        var signature: UnsafeMutablePointer<X509_ALGOR>?
        CMS_SignerInfo_get0_algs(signer, nil, nil, &digest, &signature)
        hash = digest.flatMap(shortName(of:))
        algorithm = signature.flatMap(shortName(of:))
    }
}

/// A distinguished name, as in RFC 2253 but in UTF-8.
private func text(of name: OpaquePointer) -> String? {
    guard let output = BIO_new(BIO_s_mem()) else { return nil }
    defer { BIO_free(output) }
    guard X509_NAME_print_ex(output, name, 0, ccrypto_name_flags()) >= 0 else { return nil }
    var start: UnsafeMutablePointer<UInt8>?
    let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
    return printable(UnsafeBufferPointer(start: start, count: count))
}

/// A number in hexadecimal.
private func text(of number: UnsafeMutablePointer<ASN1_INTEGER>) -> String? {
    guard let value = ASN1_INTEGER_to_BN(number, nil) else { return nil }
    defer { BN_free(value) }
    guard let digits = BN_bn2hex(value) else { return nil }
    defer { CRYPTO_free(digits, nil, 0) }
    return String(cString: digits).lowercased()
}

/// libcrypto's short name of an algorithm, or its object identifier in digits.
private func shortName(of algorithm: UnsafeMutablePointer<X509_ALGOR>) -> String? {
    var object: OpaquePointer?
    X509_ALGOR_get0(&object, nil, nil, algorithm)
    guard let object else { return nil }
    let number = OBJ_obj2nid(object)
    if number == NID_rsaEncryption { return "RSA" }
    if number != NID_undef, let name = OBJ_nid2sn(number) { return String(cString: name) }
    var digits = [CChar](repeating: 0, count: 128)
    guard OBJ_obj2txt(&digits, Int32(digits.count), object, 1) > 0 else { return nil }
    return Path(cString: digits).text
}
