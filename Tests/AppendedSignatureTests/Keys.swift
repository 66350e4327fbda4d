import AppendedSignature
import BlackBox
import Testing

/// Keys of each kind, made once.
enum Keys {
    private static let all = Result {
        try Dictionary(uniqueKeysWithValues: X509Key.Kind.allCases.map { ($0, try X509Key($0)) })
    }

    static func key(_ kind: X509Key.Kind) throws -> X509Key { try #require(try all.get()[kind]) }
}

extension X509Key {
    /// What signs with the key.
    func signer(
        _ hash: SignatureHash = .sha256, _ identifier: SignerIdentifier = .issuerAndSerialNumber
    ) throws -> Signer {
        try Signer(
            key: PrivateKey(keyPath, passphrase: .environment), certificate: certificate(),
            hash: hash, identifier: identifier)
    }

    func certificate() throws -> Certificate { try Certificate(path: certificatePath) }
}

extension CMSMessage.Verdict {
    /// `good`, `unknown signer`, or the reason why it is bad.
    var text: String {
        switch self {
        case .good: "good"
        case .bad(let reason, _): reason
        case .unknownSigner: "unknown signer"
        }
    }
}

/// What is made of a message.
func verdict(
    on message: [UInt8], over content: [UInt8], _ keys: X509Key...
) throws -> String {
    let certificates = try keys.map { try $0.certificate() }
    return try CMSMessage(message).verify(content, certificates: certificates).text
}

/// Checks that something fails with a sentence.
func expectError<Value>(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Value
) {
    #expect(throws: SigningError(text), sourceLocation: sourceLocation) { _ = try body() }
}

/// What signatures of content that they are not over are called.
let otherContent = "the signature is over something else"
/// What signatures that no key's owner made are called.
let otherSignature = "the signature is over something else, or of another key"
