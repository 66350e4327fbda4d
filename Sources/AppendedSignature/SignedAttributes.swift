import CCrypto

/// Adds what RFC 8419 demands of a message signed with Ed25519: the type of the content and its
/// digest, signed in place of the content.
///
/// - Parameters:
///   - signer: The `CMS_SignerInfo`.
///   - digest: The content's digest.
/// - Returns: What the signature is over.
/// - Throws: ``SigningError`` where there is no memory.
func addAttributes(to signer: OpaquePointer, digest: [UInt8]) throws(SigningError) -> [UInt8] {
    var digestAlgorithm: UnsafeMutablePointer<X509_ALGOR>?
    var algorithm: UnsafeMutablePointer<X509_ALGOR>?
    CMS_SignerInfo_get0_algs(signer, nil, nil, &digestAlgorithm, &algorithm)
    // OpenSSL 3.0 leaves the algorithm out.
    guard X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_ED25519), V_ASN1_UNDEF, nil) == 1,
        CMS_signed_add1_attr_by_NID(
            signer, NID_pkcs9_contentType, V_ASN1_OBJECT,
            UnsafeRawPointer(OBJ_nid2obj(NID_pkcs7_data)),
            -1) == 1,
        CMS_signed_add1_attr_by_NID(
            signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest, Int32(digest.count)) == 1,
        let signed = encodedAttributes(of: signer)
    else { throw SigningError(libcrypto: "no attributes to sign") }
    return signed
}

/// What a signature with signed attributes is over: the DER of their set.
///
/// - Parameter signer: The `CMS_SignerInfo`.
/// - Returns: `nil` where there is no memory.
func encodedAttributes(of signer: OpaquePointer) -> [UInt8]? {
    var attributes: [[UInt8]] = []
    for index in 0..<CMS_signed_get_attr_count(signer) {
        let attribute = CMS_signed_get_attr(signer, index)
        guard let encoded = encoded({ i2d_X509_ATTRIBUTE(attribute, &$0) }) else { return nil }
        attributes.append(encoded)
    }
    return encodedSet(attributes)
}

/// Whether the signed attributes are about the content: they name its type and its digest, once.
///
/// - Parameters:
///   - signer: The `CMS_SignerInfo`.
///   - content: The content.
///   - hash: The hash that the message names.
/// - Throws: ``SigningError`` where libcrypto makes no digest.
func attributes(
    of signer: OpaquePointer, match content: [UInt8], hash: SignatureHash
) throws(SigningError) -> Bool {
    let type = CMS_signed_get0_data_by_OBJ(
        signer, OBJ_nid2obj(NID_pkcs9_contentType), single, V_ASN1_OBJECT)
    let digest = CMS_signed_get0_data_by_OBJ(
        signer, OBJ_nid2obj(NID_pkcs9_messageDigest), single, V_ASN1_OCTET_STRING)
    guard let type, let digest else { return false }
    let expected = try hash.digest(of: content)
    return OBJ_obj2nid(OpaquePointer(type)) == NID_pkcs7_data
        && bytes(of: digest.assumingMemoryBound(to: ASN1_STRING.self)) == expected
}

/// Asks libcrypto for the one value of an attribute that is there once.
private let single: Int32 = -3
