import CCrypto

/// Signatures made elsewhere, such as by a signing server.
public enum DetachedSignature {
    /// Puts the value of a signature into a message, which is the same as ``Signer/sign(_:)`` makes
    /// with the key.
    ///
    /// - Parameters:
    ///   - raw: The value: RSA as in PKCS#1 version 1.5; or ECDSA, in DER or as `r` and `s` one
    ///     after the other, of the same length, big endian.
    ///   - content: What was signed.
    ///   - certificate: The certificate of the key.
    ///   - hash: The hash that the signature was made with.
    ///   - identifier: How the message names the certificate.
    /// - Returns: A CMS message in DER, which has been verified.
    /// - Throws: ``SigningError`` where the value is no signature of the content with the
    ///   certificate's key, or the key is an Ed25519 one, which would have to sign something else
    ///   than the content.
    public static func assemble(
        raw: [UInt8], over content: [UInt8], certificate: Certificate, hash: SignatureHash,
        identifier: SignerIdentifier
    ) throws(SigningError) -> [UInt8] {
        try withLibcrypto { () throws(SigningError) in
            let message = try UnsignedMessage(
                content: content, certificate: certificate, hash: hash, identifier: identifier)
            if case .ed25519 = message.algorithm {
                throw SigningError(
                    "a raw Ed25519 signature cannot be in a CMS message; a finished one is needed")
            }
            let values =
                [raw] + (message.algorithm == .ec ? [encodedPair(raw)].compactMap(\.self) : [])
            for value in values {
                let encoded = try message.encoded(with: value)
                if case .good = try CMSMessage(encoded).verify(content, certificates: [certificate])
                {
                    return encoded
                }
            }
            throw SigningError(
                "no \(hash.name) signature of the content with the key of \(certificate.subject)")
        }
    }

    /// Checks a finished message.
    ///
    /// - Parameters:
    ///   - cms: A CMS message in DER.
    ///   - content: What was signed.
    ///   - certificate: The certificate of the key.
    /// - Returns: The message, as given.
    /// - Throws: ``SigningError`` where it is not a good signature of the content with the
    ///   certificate's key.
    public static func check(
        cms: [UInt8], over content: [UInt8], certificate: Certificate
    ) throws(SigningError) -> [UInt8] {
        switch try CMSMessage(cms).verify(content, certificates: [certificate]) {
        case .good: return cms
        case .bad(let reason, _): throw SigningError(reason)
        case .unknownSigner:
            throw SigningError("the signer is another one than \(certificate.subject)")
        }
    }
}

/// The DER of an ECDSA signature.
///
/// - Parameter pair: `r` and `s`, one after the other, of the same length, big endian.
/// - Returns: `nil` for a length that no such pair has.
private func encodedPair(_ pair: [UInt8]) -> [UInt8]? {
    let size = pair.count / 2
    // The largest curve has 571 bits.
    guard pair.count == 2 * size, (1...72).contains(size), let signature = ECDSA_SIG_new() else {
        return nil
    }
    defer { ECDSA_SIG_free(signature) }
    let r = BN_bin2bn(pair, Int32(size), nil)
    let s = BN_bin2bn(Array(pair[size...]), Int32(size), nil)
    guard ECDSA_SIG_set0(signature, r, s) == 1 else {
        BN_free(r)
        BN_free(s)
        return nil
    }
    return encoded { i2d_ECDSA_SIG(signature, &$0) }
}
