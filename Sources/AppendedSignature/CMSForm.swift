import CCrypto

extension CMSMessage {
    /// How much of a message is what its signature and its certificate say.
    public enum Form: Equatable, Sendable {
        /// All of it: `sign-file` writes these very bytes, so none of them can have been changed.
        case exact
        /// All but certificates, revocation lists or attributes, which may be anything.
        case withAdditions
        /// Nothing is added, and yet it is other bytes than `sign-file` writes, as versions or names
        /// that somebody has changed.
        case other
    }

    /// Compares the message with what `sign-file` would write around the same signature.
    ///
    /// Without signed attributes a signature protects the content, and nothing of the message.
    ///
    /// - Parameters:
    ///   - content: What was signed.
    ///   - certificate: The certificate with which the message has been verified.
    /// - Throws: ``SigningError`` where libcrypto makes no message.
    public func form(
        over content: [UInt8], with certificate: Certificate
    ) throws(SigningError) -> Form {
        try withLibcrypto { () throws(SigningError) in
            let number = digestAlgorithm.map { AppendedSignature.identifier(of: $0) }
            guard let hash = number.flatMap(SignatureHash.init(identifier:)),
                let value = CMS_SignerInfo_get0_signature(signer)
            else { return .other }
            let expected = try UnsignedMessage(
                content: content, certificate: certificate, hash: hash,
                identifier: subjectKeyID == nil ? .issuerAndSerialNumber : .subjectKeyID)
            if try expected.encoded(with: bytes(of: value))
                == encoded({ i2d_CMS_ContentInfo(message, &$0) })
            {
                return .exact
            }
            return hasAdditions(to: expected) ? .withAdditions : .other
        }
    }

    private func hasAdditions(to expected: UnsignedMessage) -> Bool {
        if CMS_unsigned_get_attr_count(signer) >= 0 { return true }
        let attributes = expected.algorithm == .ed25519 ? 2 : -1
        if CMS_signed_get_attr_count(signer) != attributes { return true }
        let certificates = CMS_get1_certs(message)
        defer { OPENSSL_sk_pop_free(certificates) { X509_free($0.map { OpaquePointer($0) }) } }
        let lists = CMS_get1_crls(message)
        defer { OPENSSL_sk_pop_free(lists) { X509_CRL_free($0.map { OpaquePointer($0) }) } }
        return OPENSSL_sk_num(certificates) > 0 || OPENSSL_sk_num(lists) > 0
    }
}
