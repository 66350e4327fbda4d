import AppendedSignature
import CommandLineTool
import Glibc

/// What a command line says about signatures, the same for every program that signs.
public struct SigningOptions {
    /// The options, for a command's table.
    public static let table: [CommandOption] = [
        .value("key", "KEY", .key, "sign with the private key: PEM, or a pkcs11: URI"),
        .value("certificate", "CERT", .file, "its certificate, PEM or DER"),
        .value(
            "hash", "H", .choice(SignatureHash.all.map(\.name)),
            "sign over this hash (default: sha256)"),
        .flag(
            "keyid",
            """
            name the signer by the key's identifier, and not the certificate by issuer and \
            serial number
            """),
        .value(
            "passphrase-file", "FILE", .file,
            """
            the key's passphrase or PIN is FILE's first line; otherwise it is taken from \
            KBUILD_SIGN_PIN
            """),
    ]

    /// The hash that signatures are over, of `--hash`; SHA-256 by default.
    public let hash: SignatureHash
    /// How messages name the signer; `--keyid` asks for the subject key identifier.
    public let identifier: SignerIdentifier
    private let key: String?
    private let certificatePaths: [String]
    private let passphrase: Passphrase

    /// Takes the options from a command line.
    ///
    /// - Parameter arguments: The command line.
    /// - Throws: ``UsageError`` for a hash that is none to sign with, a path that is not UTF-8, a
    ///   key without its one certificate, or a passphrase without a key.
    public init(_ arguments: CommandArguments) throws(UsageError) {
        hash = try Self.hash(named: Self.texts(arguments, "hash").last)
        identifier = arguments.has("keyid") ? .subjectKeyID : .issuerAndSerialNumber
        key = try Self.texts(arguments, "key").last
        certificatePaths = try Self.texts(arguments, "certificate")
        let file = try Self.texts(arguments, "passphrase-file").last
        passphrase = file.map { .file($0) } ?? .environment
        if key != nil && certificatePaths.count != 1 {
            throw UsageError(text: "--key goes with one --certificate")
        }
        if key == nil && file != nil {
            throw UsageError(text: "--passphrase-file goes with --key")
        }
    }

    private static func hash(named name: String?) throws(UsageError) -> SignatureHash {
        guard let name else { return .sha256 }
        do { return try SignatureHash(name: name) } catch {
            throw UsageError(text: "--hash: \(error.text)")
        }
    }

    /// The arguments of an option as text, which paths for libcrypto have to be.
    private static func texts(
        _ arguments: CommandArguments, _ option: String
    ) throws(UsageError) -> [String] {
        var texts: [String] = []
        for value in arguments.values(of: option) {
            guard let text = String(validating: value.bytes, as: UTF8.self) else {
                throw UsageError(text: "--\(option): '\(value.text)' is not UTF-8")
            }
            texts.append(text)
        }
        return texts
    }
}

extension SigningOptions {
    /// Whether there is a key to sign with.
    public var hasKey: Bool { key != nil }

    /// The number of certificates.
    public var certificateCount: Int { certificatePaths.count }

    /// What signs with the key and the certificate.
    ///
    /// - Parameter messages: What tells that the certificate is not valid now.
    /// - Returns: `nil` without a key.
    /// - Throws: ``CommandError`` where key or certificate cannot be read, or do not match.
    public func signer(_ messages: Messages) throws(CommandError) -> Signer? {
        guard let key else { return nil }
        let certificate = try signersCertificate(messages)
        do {
            return try Signer(
                key: PrivateKey(key, passphrase: passphrase), certificate: certificate,
                hash: hash, identifier: identifier)
        } catch {
            throw CommandError(printable(error.text.utf8))
        }
    }

    /// The certificate of the key that signs or has signed.
    ///
    /// - Parameter messages: What tells that the certificate is not valid now.
    /// - Throws: ``CommandError`` where there is none, or it cannot be read.
    public func signersCertificate(_ messages: Messages) throws(CommandError) -> Certificate {
        guard let path = certificatePaths.first else { throw CommandError("no certificate") }
        let certificate = try Self.certificate(at: path)
        if let warning = certificate.validityWarning {
            messages.warning(printable(path.utf8), warning)
        }
        return certificate
    }

    /// All certificates, to verify with.
    ///
    /// - Throws: ``CommandError`` where one cannot be read.
    public func certificates() throws(CommandError) -> [Certificate] {
        var certificates: [Certificate] = []
        for path in certificatePaths { certificates.append(try Self.certificate(at: path)) }
        return certificates
    }

    private static func certificate(at path: String) throws(CommandError) -> Certificate {
        do { return try Certificate(path: path) } catch {
            throw CommandError(printable(error.text.utf8))
        }
    }
}

extension Certificate {
    /// Says that the certificate is not valid now; `nil` where it is.
    public var validityWarning: String? {
        switch validity(at: time(nil)) {
        case .valid: nil
        case .expired(let day): "the certificate expired on \(day)"
        case .notYetValid(let day): "the certificate is not valid until \(day)"
        }
    }
}
