import AppendedSignature
import CommandLineTool

/// What `diglimctl verify` has found out about a file.
public struct VerifyResult: Codable {
    /// The file's path.
    public var file: String
    /// The list's format, as far as the first bytes tell it.
    public var format: DigestListFormat?
    /// Whether the file is what somebody has signed.
    public var verdict = Verdict.bad
    /// Who has signed it, where that is known.
    public var signer: Signer?
    /// What the signature says of itself.
    public var signature: SignatureDescription?
    /// Why the verdict is not good.
    public var reason: String?
    /// What should be looked at although the signature is good.
    public private(set) var warnings: [String]?

    /// The verdicts.
    public enum Verdict: String, Codable {
        /// A whole digest list with a signature of one of the signers given.
        case good
        /// A broken list, a broken signature, or one that is not over this list.
        case bad
        /// The signature is of nobody given.
        case unknownSigner = "unknown_signer"
        /// A whole digest list without a signature.
        case notSigned = "not_signed"
        /// A signature that this librpm cannot verify, or does not want to.
        case unverifiable
        /// The file cannot be read.
        case unreadable
    }

    /// Who has signed, as the certificate or the key says that was given.
    public struct Signer: Codable {
        /// PKCS#7: the certificate's subject, as in RFC 2253.
        public var subject: String?
        /// PKCS#7: the certificate's serial number, in hexadecimal.
        public var serial: String?
        /// OpenPGP: the key's first user ID, where it has one.
        public var userID: String?
        /// OpenPGP: the key's ID, in hexadecimal.
        public var keyID: String?

        private enum CodingKeys: String, CodingKey {
            case subject
            case serial
            case userID = "user_id"
            case keyID = "key_id"
        }

        /// The holder of a certificate.
        ///
        /// - Parameter certificate: The certificate.
        init(_ certificate: Certificate) {
            subject = printable(certificate.subject.utf8)
            serial = certificate.serial
        }

        /// The holder of an OpenPGP key.
        ///
        /// - Parameters:
        ///   - keyID: The key's ID, in hexadecimal.
        ///   - userID: The key's user ID, where it has one.
        init(keyID: String, userID: String?) {
            self.keyID = keyID
            self.userID = userID
        }

        /// The signer in words.
        public var text: String {
            let parts = [
                subject.flatMap { $0.isEmpty ? nil : $0 }, serial.map { "serial \($0)" }, userID,
                keyID.map { "key \($0)" },
            ]
            return parts.compactMap { $0 }.joined(separator: ", ")
        }
    }

    /// Begins with a file of which nothing is known.
    ///
    /// - Parameter path: The file's path.
    public init(of path: Path) { file = path.text }

    /// Describes a file at which the process that verified it ended.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - end: How it ended, in words.
    public init(of path: Path, end: String) {
        self.init(of: path)
        verdict = .unverifiable
        reason = "it \(end) at this signature"
    }

    /// Adds a warning.
    ///
    /// - Parameter text: What should be looked at; `nil` for nothing.
    mutating func warn(_ text: String?) {
        if let text { warnings = (warnings ?? []) + [text] }
    }

    /// How a warning begins that says why kernels do not take a good signature.
    static let refusal = "no kernel takes the signature: "

    /// Why no kernel takes the signature, where that is known.
    public var kernelRefusal: String? { warnings?.first { $0.hasPrefix(Self.refusal) } }

    /// The verdict in words.
    public var text: String {
        switch verdict {
        case .good: "good, signed by \(signer?.text ?? "?")"
        case .bad: "bad: \(reason ?? "?")" + (signer.map { " (signature of \($0.text))" } ?? "")
        case .notSigned: "not signed"
        case .unverifiable: "cannot be verified by this librpm: \(reason ?? "?")"
        case .unknownSigner, .unreadable: reason ?? "?"
        }
    }
}
