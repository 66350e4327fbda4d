import CCrypto

/// What makes signatures: a key and its certificate.
public struct Signer {
    /// The certificate of the key.
    public let certificate: Certificate
    private let key: PrivateKey
    private let hash: SignatureHash
    private let identifier: SignerIdentifier

    /// Creates a signer.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - certificate: The certificate of the key.
    ///   - hash: The hash that signatures are made with; for Ed25519 keys it is always SHA-512, as
    ///     RFC 8419 demands.
    ///   - identifier: How messages name the certificate.
    /// - Throws: ``SigningError`` where the key is not that of the certificate, or the certificate
    ///   lacks the subject key identifier that is asked for.
    public init(
        key: PrivateKey, certificate: Certificate, hash: SignatureHash,
        identifier: SignerIdentifier = .issuerAndSerialNumber
    ) throws(SigningError) {
        self.key = key
        self.certificate = certificate
        self.hash = hash
        self.identifier = identifier
        try withLibcrypto { () throws(SigningError) in
            guard X509_check_private_key(certificate.certificate, key.key) == 1 else {
                throw SigningError(
                    "\(key.location): the key is not that of the certificate"
                        + " \(certificate.subject)")
            }
        }
        try identifier.check(certificate)
    }

    /// Signs content as the kernel's `sign-file -p` does.
    ///
    /// - Parameter content: What is signed; it is not in the message.
    /// - Returns: A CMS message in DER.
    /// - Throws: ``SigningError`` where libcrypto or the token fails.
    public func sign(_ content: [UInt8]) throws(SigningError) -> [UInt8] {
        try withLibcrypto { () throws(SigningError) in
            let message = try UnsignedMessage(
                content: content, certificate: certificate, hash: hash, identifier: identifier)
            return try message.encoded(with: key.sign(message.signed, hash: hash))
        }
    }
}
