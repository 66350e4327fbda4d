import CCrypto

/// A signature in the Cryptographic Message Syntax of RFC 5652, which grew out of PKCS#7.
///
/// Read is what digest lists are signed with: signed data without its content, one signer, and DER
/// to the last byte. What the signature does not protect may be anything that libcrypto decodes and
/// is not used: certificates, revocation lists, unsigned attributes, versions, parameters of
/// algorithms that have none, and the case of letters in the issuer's name.
public final class CMSMessage {
    /// The issuer of the signer's certificate, as in RFC 2253 but in UTF-8; as anybody may have
    /// written it.
    public private(set) var issuer: String?
    /// The serial number of the signer's certificate, in hexadecimal, in lower case.
    public private(set) var serial: String?
    /// The identifier of the signer's key, in hexadecimal, in lower case, where it takes the place
    /// of issuer and serial number.
    public private(set) var subjectKeyID: String?
    /// The hash algorithm, by libcrypto's short name or in digits.
    public private(set) var hash: String?
    /// The signature's algorithm, by libcrypto's short name or in digits; RSA is called `RSA`.
    public private(set) var algorithm: String?
    /// The `CMS_ContentInfo`.
    let message: OpaquePointer
    /// The `CMS_SignerInfo`, which belongs to the message.
    let signer: OpaquePointer

    /// Reads a message.
    ///
    /// - Parameter der: The message in DER.
    /// - Throws: ``SigningError`` where it is no such message.
    public init(_ der: [UInt8]) throws(SigningError) {
        let message = try withLibcrypto { () throws(SigningError) in try decode(der) }
        do throws(SigningError) {
            signer = try onlySigner(of: message)
        } catch {
            CMS_ContentInfo_free(message)
            throw error
        }
        self.message = message
        readIdentifier()
        hash = digestAlgorithm.flatMap { shortName(of: $0) }
        algorithm = signatureAlgorithm.flatMap { shortName(of: $0) }
    }

    deinit { CMS_ContentInfo_free(message) }

    /// Whether the signature is over attributes, one of which is the content's digest.
    public var hasSignedAttributes: Bool { CMS_signed_get_attr_count(signer) >= 0 }

    /// The algorithm of the content's digest.
    var digestAlgorithm: UnsafeMutablePointer<X509_ALGOR>? {
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        CMS_SignerInfo_get0_algs(signer, nil, nil, &algorithm, nil)
        return algorithm
    }

    /// The algorithm of the signature.
    var signatureAlgorithm: UnsafeMutablePointer<X509_ALGOR>? {
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        CMS_SignerInfo_get0_algs(signer, nil, nil, nil, &algorithm)
        return algorithm
    }

    private func readIdentifier() {
        var key: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var name: OpaquePointer?
        var number: UnsafeMutablePointer<ASN1_INTEGER>?
        guard CMS_SignerInfo_get0_signer_id(signer, &key, &name, &number) == 1 else { return }
        issuer = name.flatMap(text(of:))
        serial = number.flatMap { hexadecimal($0) }
        subjectKeyID = key.map { hexadecimal($0) }
    }
}

/// - Returns: A `CMS_ContentInfo` that the caller frees.
private func decode(_ der: [UInt8]) throws(SigningError) -> OpaquePointer {
    let (message, count) = der.withUnsafeBufferPointer { buffer in
        var position = buffer.baseAddress
        let message = d2i_CMS_ContentInfo(nil, &position, buffer.count)
        return (message, position.map { $0 - buffer.baseAddress! } ?? 0)
    }
    guard let message else { throw SigningError("the PKCS#7 signature cannot be read") }
    do throws(SigningError) {
        guard count == der.count else { throw SigningError("bytes after the PKCS#7 signature") }
        // libcrypto also takes encodings that are not the one that DER allows.
        guard encoded({ i2d_CMS_ContentInfo(message, &$0) }) == der else {
            throw SigningError("the PKCS#7 signature is not in DER")
        }
        return message
    } catch {
        CMS_ContentInfo_free(message)
        throw error
    }
}

/// - Returns: A `CMS_SignerInfo`, which belongs to the message.
private func onlySigner(of message: OpaquePointer) throws(SigningError) -> OpaquePointer {
    guard OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_signed else {
        throw SigningError("the PKCS#7 signature is not signed data")
    }
    guard CMS_is_detached(message) == 1 else {
        throw SigningError("the PKCS#7 signature has content of its own")
    }
    guard OBJ_obj2nid(CMS_get0_eContentType(message)) == NID_pkcs7_data else {
        throw SigningError("the PKCS#7 signature is over something else than data")
    }
    let signers = CMS_get0_SignerInfos(message)
    guard let signer = OPENSSL_sk_value(signers, 0) else {
        throw SigningError("the PKCS#7 signature has no signer")
    }
    guard OPENSSL_sk_num(signers) == 1 else {
        throw SigningError("the PKCS#7 signature has more than one signer")
    }
    return OpaquePointer(signer)
}
