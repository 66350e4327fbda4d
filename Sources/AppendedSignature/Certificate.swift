import CCrypto
import Glibc

/// An X.509 certificate: the public key of a signer, and the names that messages know it by.
public final class Certificate {
    /// The subject, as in RFC 2253 but in UTF-8; as anybody may have written it.
    public let subject: String
    /// The issuer, as in RFC 2253 but in UTF-8; as anybody may have written it.
    public let issuer: String
    /// The serial number, in hexadecimal, in lower case.
    public let serial: String
    /// The subject key identifier, in hexadecimal, in lower case.
    public let subjectKeyID: String?
    /// The `X509`.
    let certificate: OpaquePointer
    private let notBefore: time_t
    private let notAfter: time_t

    /// Reads a certificate from a file.
    ///
    /// - Parameter path: The path of a file in PEM, of which the first certificate is taken, or in
    ///   DER.
    /// - Throws: ``SigningError`` where there is none.
    public convenience init(path: String) throws(SigningError) {
        let file = try Secret(file: path)
        try self.init(file.bytes, name: path)
    }

    /// Reads a certificate.
    ///
    /// - Parameters:
    ///   - encoded: PEM, of which the first certificate is taken, or DER.
    ///   - name: What errors call it.
    /// - Throws: ``SigningError`` where there is no certificate.
    public convenience init(encoded: [UInt8], name: String) throws(SigningError) {
        let copy = encoded.withUnsafeBytes { Secret(copyOf: $0) }
        try self.init(copy.bytes, name: name)
    }

    private init(_ encoded: UnsafeRawBufferPointer, name: String) throws(SigningError) {
        certificate = try withLibcrypto { () throws(SigningError) in
            try decode(encoded, name: name)
        }
        guard let notBefore = time(X509_get0_notBefore(certificate)),
            let notAfter = time(X509_get0_notAfter(certificate)),
            let subject = text(of: X509_get_subject_name(certificate)),
            let issuer = text(of: X509_get_issuer_name(certificate)),
            let serial = hexadecimal(X509_get_serialNumber(certificate))
        else {
            X509_free(certificate)
            throw SigningError("\(name): the certificate's names or times make no sense")
        }
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        subjectKeyID = X509_get0_subject_key_id(certificate).map { hexadecimal($0) }
    }

    deinit { X509_free(certificate) }

    /// The public key, an `EVP_PKEY`; `nil` where libcrypto does not know its algorithm.
    var publicKey: OpaquePointer? { X509_get0_pubkey(certificate) }

    /// The size of the key's modulus in bits; `nil` where the key is no RSA key.
    public var modulusBits: Int? {
        guard let publicKey, KeyAlgorithm(of: publicKey) == .rsa else { return nil }
        return Int(EVP_PKEY_get_bits(publicKey))
    }

    /// Whether a certificate is valid.
    public enum Validity: Equatable, Sendable {
        /// The time is within the certificate's validity.
        case valid
        /// The certificate expired on a day, such as `2026-01-31`, in UTC.
        case expired(on: String)
        /// The certificate is not valid before a day, such as `2026-01-31`, in UTC.
        case notYetValid(until: String)
    }

    /// Whether the certificate is valid at a time.
    ///
    /// - Parameter time: Seconds since 1970, in UTC.
    public func validity(at time: time_t) -> Validity {
        if time < notBefore { return .notYetValid(until: day(of: notBefore)) }
        if time > notAfter { return .expired(on: day(of: notAfter)) }
        return .valid
    }
}

/// - Returns: An `X509` that the caller frees.
private func decode(
    _ encoded: UnsafeRawBufferPointer, name: String
) throws(SigningError) -> OpaquePointer {
    let decoded = try withMemoryFile(encoded) { PEM_read_bio_X509($0, nil, nil, nil) }
    if let decoded { return decoded }
    guard reason(ERR_peek_last_error()) == PEM_R_NO_START_LINE else {
        throw SigningError(libcrypto: "\(name): the certificate cannot be read")
    }
    var position = encoded.bindMemory(to: UInt8.self).baseAddress
    let end = position.map { $0 + encoded.count }
    guard let certificate = d2i_X509(nil, &position, encoded.count) else {
        throw SigningError("\(name): no certificate, neither in PEM nor in DER")
    }
    guard position == end else {
        X509_free(certificate)
        throw SigningError("\(name): bytes after the certificate")
    }
    return certificate
}

private func time(_ encoded: UnsafePointer<ASN1_TIME>?) -> time_t? {
    var parts = tm()
    guard let encoded, ASN1_TIME_to_tm(encoded, &parts) == 1 else { return nil }
    return timegm(&parts)
}

private func day(of time: time_t) -> String {
    var time = time
    var parts = tm()
    gmtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%d", &parts)
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}
