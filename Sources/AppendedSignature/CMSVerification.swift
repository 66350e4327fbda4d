import CCrypto

extension CMSMessage {
    /// What a message is worth.
    public enum Verdict {
        /// The signature is one of the content with the certificate's key.
        case good(Certificate)
        /// The signature is worth nothing, though it names the certificate.
        case bad(reason: String, Certificate)
        /// None of the certificates is that of the signer.
        case unknownSigner
    }

    /// Verifies the message.
    ///
    /// The key is that of the given certificate that the message names; certificates in the message
    /// are of no meaning. Whoever gives certificates trusts them: neither their issuers nor their
    /// purposes nor times are looked at.
    ///
    /// - Parameters:
    ///   - content: What should have been signed.
    ///   - certificates: The certificates of all whose signatures are welcome.
    public func verify(_ content: [UInt8], certificates: [Certificate]) -> Verdict {
        withLibcrypto {
            var verdict = Verdict.unknownSigner
            for certificate in certificates
            where CMS_SignerInfo_cert_cmp(signer, certificate.certificate) == 0 {
                do throws(SigningError) {
                    try verify(content, with: certificate)
                    return .good(certificate)
                } catch {
                    verdict = .bad(reason: error.text, certificate)
                }
            }
            return verdict
        }
    }

    private func verify(
        _ content: [UInt8], with certificate: Certificate
    ) throws(SigningError) {
        let hash = try usableHash()
        guard let key = certificate.publicKey, let keyAlgorithm = KeyAlgorithm(of: key) else {
            throw SigningError("the certificate's key is neither RSA nor EC nor Ed25519")
        }
        let identifier =
            signatureAlgorithm.map { AppendedSignature.identifier(of: $0) } ?? NID_undef
        guard keyAlgorithm.matches(signatureAlgorithm: identifier, hash: hash) else {
            throw SigningError(
                "the signature algorithm \(algorithm ?? "") does not go with the certificate's key"
                    + " and \(hash.name)")
        }
        if hasSignedAttributes {
            guard try attributes(of: signer, match: content, hash: hash) else {
                throw SigningError("the signature is over something else")
            }
        }
        let isGood =
            keyAlgorithm == .ed25519
            ? verifyEd25519(with: key) : try verify(content, with: certificate.certificate)
        guard isGood else {
            throw SigningError("the signature is over something else, or of another key")
        }
    }

    private func usableHash() throws(SigningError) -> SignatureHash {
        let identifier = digestAlgorithm.map { AppendedSignature.identifier(of: $0) } ?? NID_undef
        guard let hash = SignatureHash(identifier: identifier) else {
            throw SigningError("the hash algorithm \(hash ?? "") is unknown or too weak")
        }
        return hash
    }

    /// Has libcrypto verify the signature.
    private func verify(
        _ content: [UInt8], with certificate: OpaquePointer
    ) throws(SigningError) -> Bool {
        CMS_SignerInfo_set1_signer_cert(signer, certificate)
        let flags = UInt32(CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY)
        return try content.span.bytes.withUnsafeBytes { (content) throws(SigningError) in
            try withMemoryFile(content) { CMS_verify(message, nil, nil, $0, nil, flags) == 1 }
        }
    }

    /// Verifies the signature of the attributes, as in RFC 8419, which OpenSSL 3.0 does not.
    private func verifyEd25519(with key: OpaquePointer) -> Bool {
        guard hasSignedAttributes, let signed = encodedAttributes(of: signer),
            let value = CMS_SignerInfo_get0_signature(signer), let context = EVP_MD_CTX_new()
        else { return false }
        defer { EVP_MD_CTX_free(context) }
        let signature = bytes(of: value)
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, signed, signed.count) == 1
    }
}
