import AppendedSignature
import CommandLineTool
import DigestList
import Glibc
import SigningOptions

/// Verifies digest lists and their signatures.
public struct Verifier {
    /// Who may have signed with PKCS#7.
    public let certificates: [Certificate]
    /// Who may have signed with OpenPGP.
    public let keyring: Keyring
    /// The numbering of types in compact lists.
    public let abi: ABI

    /// Hash algorithms for which other content with the same hash can be made, or nearly so.
    private static let weakHashes: Set = ["md2", "md4", "md5", "ripemd160", "sha1"]

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - certificates: Who may have signed with PKCS#7.
    ///   - keyring: Who may have signed with OpenPGP.
    ///   - abi: The numbering of types in compact lists.
    public init(certificates: [Certificate], keyring: Keyring, abi: ABI) {
        self.certificates = certificates
        self.keyring = keyring
        self.abi = abi
    }

    /// Verifies a file.
    ///
    /// - Parameter path: The file's path.
    public func verify(_ path: Path) -> VerifyResult {
        var result = VerifyResult(of: path)
        let file: [UInt8]
        do { file = try readDigestList(path) } catch {
            result.verdict = .unreadable
            result.reason = error.text
            return result
        }
        verify(file, into: &result)
        return result
    }

    /// Verifies a file that has been read.
    ///
    /// - Parameters:
    ///   - file: The file's bytes.
    ///   - result: What is found out.
    public func verify(_ file: [UInt8], into result: inout VerifyResult) {
        var conversion = ListConversion(abi: abi)
        verify(file, into: &result, onlyGood: false) { (content, format) throws(CommandError) in
            try conversion.convert(content, as: format)
        }
    }

    /// Verifies a file that has been read.
    ///
    /// - Parameters:
    ///   - file: The file's bytes.
    ///   - result: What is found out.
    ///   - onlyGood: Whether nothing but a list with a good signature is converted.
    ///   - convert: Converts the list, and throws what is wrong with it.
    func verify(
        _ file: [UInt8], into result: inout VerifyResult, onlyGood: Bool,
        convert: ([UInt8], DigestListFormat) throws(CommandError) -> Void
    ) {
        do { try verify(file, &result, onlyGood, convert) } catch {
            result.verdict = .bad
            result.reason = error.text
        }
    }

    private func verify(
        _ file: [UInt8], _ result: inout VerifyResult, _ onlyGood: Bool,
        _ convert: ([UInt8], DigestListFormat) throws(CommandError) -> Void
    ) throws(CommandError) {
        let format = try DigestListFormat(of: file)
        result.format = format
        let parts = try SignedFile(list: file)
        if let signature = parts.signature {
            try verify(signature, over: parts.content, format, &result)
        } else {
            result.verdict = .notSigned
        }
        if onlyGood && result.verdict != .good { return }
        do { try convert(parts.content, format) } catch {
            let signature = result.verdict == .good ? "the signature is good, but " : ""
            throw CommandError("\(signature)the list is broken: \(error.text)")
        }
    }

    private func verify(
        _ signature: SignedFile.Signature, over content: [UInt8], _ format: DigestListFormat,
        _ result: inout VerifyResult
    ) throws(CommandError) {
        var description = SignatureDescription(kind: signature.kind, size: signature.data.count)
        defer { result.signature = description }
        switch signature.kind {
        case .pkcs7:
            let message: CMSMessage
            do { message = try CMSMessage(signature.data) } catch {
                throw CommandError(printable(error.text.utf8))
            }
            description.read(message)
            try verify(message, over: content, &result)
        case .openPGP:
            guard format == .rpm else {
                throw CommandError("an OpenPGP signature on a list that is no RPM digest list")
            }
            let fields = try OpenPGPFields(signature.data)
            description.read(fields)
            try verify(fields, over: content, &result)
        }
        if result.verdict == .unknownSigner { result.reason = description.unknownSigner }
        if let hash = description.hash, Self.weakHashes.contains(hash.lowercased()) {
            result.warn("the signature's hash algorithm \(hash) is weak")
        }
    }

    private func verify(
        _ message: CMSMessage, over content: [UInt8], _ result: inout VerifyResult
    ) throws(CommandError) {
        switch message.verify(content, certificates: certificates) {
        case .good(let certificate):
            result.verdict = .good
            result.signer = VerifyResult.Signer(certificate)
            result.warn(certificate.validityWarning)
            if let bits = certificate.modulusBits, bits < 2048 {
                result.warn("the certificate's RSA key has only \(bits) bits")
            }
            try check(message, over: content, certificate, &result)
        case .bad(let reason, let certificate):
            result.signer = VerifyResult.Signer(certificate)
            throw CommandError(printable(reason.utf8))
        case .unknownSigner:
            result.verdict = .unknownSigner
        }
    }

    /// Checks that no bit of the message can have been changed unnoticed.
    private func check(
        _ message: CMSMessage, over content: [UInt8], _ certificate: Certificate,
        _ result: inout VerifyResult
    ) throws(CommandError) {
        let form: CMSMessage.Form
        do { form = try message.form(over: content, with: certificate) } catch {
            throw CommandError(printable(error.text.utf8))
        }
        switch form {
        case .exact: break
        case .withAdditions:
            result.warn("the signature comes with certificates or attributes, not all protected")
        case .other: throw CommandError("the signature is written in another way than it was made")
        }
    }

    private func verify(
        _ signature: OpenPGPFields, over content: [UInt8], _ result: inout VerifyResult
    ) throws(CommandError) {
        guard signature.isOverBytes else {
            throw CommandError("an OpenPGP signature over something else than a file")
        }
        switch try keyring.verify(signature, over: content) {
        case .good(let signer):
            result.verdict = .good
            result.signer = VerifyResult.Signer(
                keyID: hexadecimal(signature.keyID ?? []), userID: signer.userID)
            let key = signer.key
            result.warn(try signature.checkForm(modulusSize: key?.modulusBits.map { ($0 + 7) / 8 }))
            for warning in [key, signer.primary].flatMap({ $0?.warnings ?? [] }) {
                result.warn(warning)
            }
            result.warn(signature.kernelWarning(key))
        case .unknownKey: result.verdict = .unknownSigner
        case .unverifiable(let reason):
            result.verdict = .unverifiable
            result.reason = reason
        }
    }
}

extension OpenPGPFields {
    /// Says that a kernel with the patches for PGP does not take a good signature; `nil` where it
    /// does.
    ///
    /// - Parameter key: The key that made it.
    fileprivate func kernelWarning(_ key: OpenPGPKey?) -> String? {
        var reasons: [String] = []
        if !isRSA { reasons.append("made with \(Self.algorithm(algorithm)), not RSA") }
        if key?.version != 4 { reasons.append("by a key of another version than 4") }
        if key?.isPrimary == false { reasons.append("by a subkey") }
        if !namesKeyID { reasons.append("without its key's ID") }
        if reasons.isEmpty { return nil }
        return VerifyResult.refusal + reasons.joined(separator: ", ")
    }
}

extension SignatureDescription {
    /// Says that nobody given has made the signature.
    fileprivate var unknownSigner: String {
        let signer =
            if kind == "openpgp" {
                "key \(keyID ?? "?")"
            } else if let subjectKeyID {
                "the certificate with the key identifier \(subjectKeyID)"
            } else {
                "the certificate \(serial ?? "?") issued by \(issuer ?? "?")"
            }
        return "\(signer) is not among those given"
    }
}
