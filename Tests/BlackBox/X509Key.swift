import CCrypto

/// A throw-away key with a certificate that it signed itself, as kernel modules are signed with.
public final class X509Key: Sendable {
    /// What kind of key it is.
    public enum Kind: String, CaseIterable, Sendable {
        case rsa2048
        case ecP256
        case ecP384
        case ed25519

        /// What makes such a key with `openssl req`.
        var options: [String] {
            switch self {
            case .rsa2048: ["-newkey", "rsa:2048"]
            case .ecP256: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .ecP384: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]
            case .ed25519: ["-newkey", "ed25519"]
            }
        }
    }

    /// When the certificate is valid.
    public enum Validity: Sendable {
        case now
        case expired
        case notYet

        /// Seconds from now to the beginning and to the end.
        var bounds: (Int, Int) {
            let day = 24 * 60 * 60
            return switch self {
            case .now: (-day, 3650 * day)
            case .expired: (-20 * day, -10 * day)
            case .notYet: (10 * day, 20 * day)
            }
        }
    }

    /// The subject and issuer, as in RFC 2253.
    public let subject: String
    /// What kind of key it is.
    public let kind: Kind
    /// The key's and the certificate's directory, for what else belongs to them.
    public let directory: TemporaryDirectory

    /// The path of the key, PKCS#8 in PEM.
    public var keyPath: String { directory.path("key.pem") }
    /// The path of the certificate in PEM.
    public var certificatePath: String { directory.path("certificate.pem") }
    /// The path of the certificate in DER.
    public var certificateDERPath: String { directory.path("certificate.der") }

    /// Makes a key and its certificate.
    ///
    /// - Parameters:
    ///   - kind: What kind of key it is.
    ///   - name: The common name of the subject.
    ///   - validity: When the certificate is valid.
    public init(
        _ kind: Kind, name: String = "diglim-parser test", validity: Validity = .now
    ) throws {
        self.kind = kind
        subject = "CN=\(name),O=diglim-parser"
        directory = try TemporaryDirectory()
        let configuration = try directory.write(
            """
            [req]
            prompt = no
            string_mask = utf8only
            distinguished_name = name
            x509_extensions = extensions
            [name]
            O = diglim-parser
            CN = \(name)
            [extensions]
            basicConstraints = critical,CA:FALSE
            keyUsage = digitalSignature
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid

            """, to: "req.cnf")
        try output(
            of: "openssl",
            ["req", "-new", "-x509", "-noenc", "-utf8", "-batch", "-config", configuration]
                + kind.options + ["-keyout", keyPath, "-out", certificatePath])
        if case .now = validity {} else { try resign(from: validity.bounds) }
        try output(
            of: "openssl", "x509", "-in", certificatePath, "-outform", "DER", "-out",
            certificateDERPath)
    }

    /// Signs digest lists with `diglimctl sign`, also those that are signed.
    ///
    /// - Parameter lists: The lists' paths.
    public func sign(_ lists: [String]) throws {
        try output(
            of: Program.diglimctl.path,
            ["sign", "--replace", "--key", keyPath, "--certificate", certificatePath] + lists)
    }

    /// Writes the key again, encrypted.
    ///
    /// - Parameters:
    ///   - passphrase: The passphrase.
    ///   - traditional: Whether as OpenSSL wrote keys before PKCS#8; there is no such form of an
    ///     Ed25519 key.
    /// - Returns: The path of the encrypted key.
    public func encryptedKey(passphrase: String, traditional: Bool = false) throws -> String {
        let path = directory.path(traditional ? "traditional.pem" : "encrypted.pem")
        try output(
            of: "openssl",
            ["pkey", "-in", keyPath, "-aes256", "-passout", "pass:\(passphrase)", "-out", path]
                + (traditional ? ["-traditional"] : []))
        return path
    }

    /// Signs the certificate again with other times, which `openssl req` does not take.
    ///
    /// - Parameter bounds: Seconds from now to the beginning and to the end.
    private func resign(from bounds: (Int, Int)) throws {
        guard let certificateFile = BIO_new_file(certificatePath, "r"),
            let keyFile = BIO_new_file(keyPath, "r")
        else { throw CommandError("\(certificatePath): no certificate") }
        defer {
            BIO_free(certificateFile)
            BIO_free(keyFile)
        }
        guard let certificate = PEM_read_bio_X509(certificateFile, nil, nil, nil),
            let key = PEM_read_bio_PrivateKey(keyFile, nil, nil, nil)
        else { throw CommandError("\(certificatePath): no certificate") }
        defer {
            X509_free(certificate)
            EVP_PKEY_free(key)
        }
        X509_gmtime_adj(X509_getm_notBefore(certificate), bounds.0)
        X509_gmtime_adj(X509_getm_notAfter(certificate), bounds.1)
        guard X509_sign(certificate, key, kind == .ed25519 ? nil : EVP_sha256()) > 0,
            let output = BIO_new_file(certificatePath, "w")
        else { throw CommandError("\(certificatePath): cannot be signed again") }
        defer { BIO_free(output) }
        guard PEM_write_bio_X509(output, certificate) == 1 else {
            throw CommandError("\(certificatePath): cannot be written")
        }
    }
}
