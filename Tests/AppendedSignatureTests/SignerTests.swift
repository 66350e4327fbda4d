import AppendedSignature
import BlackBox
import Testing

@Suite struct SignerTests {
    private let content = Array("a digest list, as far as signatures care".utf8)

    @Test(
        .needsSignFile, arguments: ["sha256", "sha384", "sha512"],
        [SignerIdentifier.issuerAndSerialNumber, .subjectKeyID])
    func rsaIsByteForByteWhatSignFileMakes(name: String, identifier: SignerIdentifier) throws {
        let key = try Keys.key(.rsa2048)
        let expected = try SignFile.sign(
            content, key: key.keyPath, certificate: key.certificatePath, hash: name,
            options: identifier == .subjectKeyID ? ["-k"] : [])
        let message = try key.signer(SignatureHash(name: name), identifier).sign(content)
        let file = SignedFile(content: content, signature: .init(kind: .pkcs7, data: message))
        #expect(file.bytes == expected)
    }

    @Test(.needsSignFile, arguments: [0, 1, 4096, 1_000_000])
    func contentOfAnySize(size: Int) throws {
        let key = try Keys.key(.rsa2048)
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        let message = try key.signer().sign(content)
        #expect(try verdict(on: message, over: content, key) == "good")
        let expected = try SignFile.sign(
            content, key: key.keyPath, certificate: key.certificateDERPath)
        let file = SignedFile(content: content, signature: .init(kind: .pkcs7, data: message))
        #expect(file.bytes == expected)
    }

    @Test(arguments: [X509Key.Kind.rsa2048, .ecP256, .ecP384], SignatureHash.all)
    func opensslVerifies(kind: X509Key.Kind, hash: SignatureHash) throws {
        let key = try Keys.key(kind)
        for identifier in [SignerIdentifier.issuerAndSerialNumber, .subjectKeyID] {
            let message = try key.signer(hash, identifier).sign(content)
            let outcome = try OpensslCMS.verify(
                message, over: content, certificate: key.certificatePath)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let other = try OpensslCMS.verify(
                message, over: content + [0], certificate: key.certificatePath)
            #expect(other.status != 0)
            #expect(try verdict(on: message, over: content, key) == "good")
            #expect(try verdict(on: message, over: content + [0], key) == otherSignature)
        }
    }

    @Test func messagesSayWhatTheyAre() throws {
        let key = try Keys.key(.ecP384)
        let certificate = try key.certificate()
        let message = try CMSMessage(key.signer(.sha384).sign(content))
        #expect(message.issuer == key.subject)
        #expect(message.serial == certificate.serial)
        #expect(message.subjectKeyID == nil)
        #expect(message.hash == "SHA384")
        #expect(message.algorithm == "ecdsa-with-SHA384")
        #expect(!message.hasSignedAttributes)
        let other = try CMSMessage(Keys.key(.rsa2048).signer(.sha512, .subjectKeyID).sign(content))
        #expect(other.issuer == nil)
        #expect(other.serial == nil)
        #expect(try other.subjectKeyID == Keys.key(.rsa2048).certificate().subjectKeyID)
        #expect(other.algorithm == "RSA")
    }

    @Test func keyAndCertificateMustMatch() throws {
        let key = try Keys.key(.ecP256)
        for kind in X509Key.Kind.allCases where kind != .ecP256 {
            let other = try Keys.key(kind)
            expectError(
                "\(key.keyPath): the key is not that of the certificate \(other.subject)"
            ) {
                try Signer(
                    key: PrivateKey(key.keyPath, passphrase: .environment),
                    certificate: other.certificate(), hash: .sha256)
            }
        }
    }

    @Test func hashes() throws {
        #expect(try SignatureHash(name: "SHA384") == .sha384)
        let all = "there are sha224, sha256, sha384, sha512"
        for name in ["sha", "sha-256", "", "sha3-256", "sm3", "SHA256withRSA"] {
            expectError("there is no hash algorithm '\(name)' to sign with; \(all)") {
                try SignatureHash(name: name)
            }
        }
        for name in ["md4", "md5", "sha1", "SHA1"] {
            expectError("the hash algorithm \(name) is too weak to sign with; \(all)") {
                try SignatureHash(name: name)
            }
        }
    }
}
