import CCrypto

/// How a message names the signer's certificate.
public enum SignerIdentifier: Sendable {
    /// By issuer and serial number.
    case issuerAndSerialNumber
    /// By the subject key identifier, as with `sign-file -k`.
    case subjectKeyID
}

/// A message that lacks nothing but the value of its signature.
///
/// The kernel's `scripts/sign-file.c` makes the same: detached, binary, without certificates and
/// attributes. Only Ed25519 has attributes, because RFC 8419 demands them.
final class UnsignedMessage {
    /// What the signature is over.
    private(set) var signed: [UInt8]
    /// The algorithm of the signer's key.
    let algorithm: KeyAlgorithm
    private let message: OpaquePointer
    private let signer: OpaquePointer

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - content: The content, which is not in the message.
    ///   - certificate: The signer's certificate.
    ///   - hash: The hash that the signature is made with.
    ///   - identifier: How the message names the certificate.
    /// - Throws: ``SigningError``.
    init(
        content: [UInt8], certificate: Certificate, hash: SignatureHash,
        identifier: SignerIdentifier
    ) throws(SigningError) {
        guard let key = certificate.publicKey, let algorithm = KeyAlgorithm(of: key) else {
            throw SigningError("the certificate's key is neither RSA nor EC nor Ed25519")
        }
        try identifier.check(certificate)
        let hash = algorithm.hash(hash)
        let flags = UInt32(CMS_NOCERTS | CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_STREAM)
        guard let message = CMS_sign(nil, nil, nil, nil, flags) else {
            throw SigningError(libcrypto: "no CMS message")
        }
        let signer = CMS_add1_signer(
            message, certificate.certificate, key, hash.method, identifier.flags)
        guard let signer else {
            let error = SigningError(libcrypto: "no CMS message can be made with \(hash.name)")
            CMS_ContentInfo_free(message)
            throw error
        }
        self.message = message
        self.signer = signer
        self.algorithm = algorithm
        signed = content
        if algorithm == .ed25519 {
            signed = try addAttributes(to: signer, digest: hash.digest(of: content))
        }
    }

    deinit { CMS_ContentInfo_free(message) }

    /// The whole message.
    ///
    /// - Parameter signature: The signature's value.
    /// - Returns: DER.
    /// - Throws: ``SigningError`` where there is no memory.
    func encoded(with signature: [UInt8]) throws(SigningError) -> [UInt8] {
        let value = CMS_SignerInfo_get0_signature(signer)
        guard let count = Int32(exactly: signature.count),
            ASN1_STRING_set(value, signature, count) == 1,
            let encoded = AppendedSignature.encoded({ i2d_CMS_ContentInfo(message, &$0) })
        else { throw SigningError(libcrypto: "the CMS message cannot be encoded") }
        return encoded
    }
}

extension SignerIdentifier {
    /// Checks that a certificate can be named like this.
    ///
    /// - Parameter certificate: The certificate.
    /// - Throws: ``SigningError`` where it has no subject key identifier.
    func check(_ certificate: Certificate) throws(SigningError) {
        guard self == .subjectKeyID && certificate.subjectKeyID == nil else { return }
        throw SigningError("the certificate \(certificate.subject) has no subject key identifier")
    }

    /// The flags of `CMS_add1_signer`.
    fileprivate var flags: UInt32 {
        let flags = UInt32(CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | CMS_NOATTR)
        return switch self {
        case .issuerAndSerialNumber: flags
        case .subjectKeyID: flags | UInt32(CMS_USE_KEYID)
        }
    }
}
