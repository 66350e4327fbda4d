import AppendedSignature
import BlackBox
import DigestList
import Testing

/// Messages that other programs made, and the keys that they are verified with.
@Suite struct VerificationTests {
    private let content = Array("a digest list, as far as signatures care".utf8)
    private static let kinds = [X509Key.Kind.rsa2048, .ecP256, .ecP384]

    @Test(.needsSignFile, arguments: kinds, ["sha256", "sha384", "sha512"])
    func signFile(kind: X509Key.Kind, hash: String) throws {
        let key = try Keys.key(kind)
        for options in [[], ["-k"]] {
            let file = try SignedFile(
                SignFile.sign(
                    content, key: key.keyPath, certificate: key.certificatePath, hash: hash,
                    options: options))
            #expect(file.content == content)
            let signature = try #require(file.signature)
            #expect(signature.kind == .pkcs7)
            #expect(try verdict(on: signature.data, over: content, key) == "good")
        }
    }

    @Test(
        arguments: kinds,
        [
            [], ["-noattr"], ["-nocerts"], ["-noattr", "-nocerts", "-keyid"],
            ["-nosmimecap", "-keyid"],
        ])
    func openssl(kind: X509Key.Kind, options: [String]) throws {
        let key = try Keys.key(kind)
        for hash in SignatureHash.all {
            let message = try OpensslCMS.sign(content, key, hash: hash.name, options: options)
            #expect(try CMSMessage(message).hasSignedAttributes == !options.contains("-noattr"))
            #expect(try verdict(on: message, over: content, key) == "good")
            #expect(try verdict(on: message, over: content + [0], key) != "good")
        }
    }

    @Test(arguments: ["md5", "sha1"], [[], ["-noattr"]])
    func weakHashes(hash: String, options: [String]) throws {
        let key = try Keys.key(.rsa2048)
        let message = try OpensslCMS.sign(content, key, hash: hash, options: options)
        #expect(
            try verdict(on: message, over: content, key)
                == "the hash algorithm \(hash.uppercased()) is unknown or too weak")
    }

    @Test func probabilisticSignatures() throws {
        let key = try Keys.key(.rsa2048)
        let message = try OpensslCMS.sign(
            content, key, options: ["-keyopt", "rsa_padding_mode:pss"])
        #expect(
            try verdict(on: message, over: content, key)
                == "the signature algorithm RSASSA-PSS does not go with the certificate's key and"
                + " sha256")
    }

    @Test(arguments: X509Key.Kind.allCases)
    func certificatesWithinMessagesAreNotUsed(kind: X509Key.Kind) throws {
        guard kind != .ed25519 else { return }
        let key = try Keys.key(kind)
        // With the certificate inside, which a verifier could find there.
        let message = try OpensslCMS.sign(content, key, options: ["-noattr"])
        #expect(try verdict(on: message, over: content) == "unknown signer")
        let others = try X509Key.Kind.allCases.filter { $0 != kind }.map { try Keys.key($0) }
        let certificates = try others.map { try $0.certificate() }
        let cms = try CMSMessage(message)
        #expect(cms.verify(content, certificates: certificates).text == "unknown signer")
        let all = try certificates + [key.certificate()]
        let verdict = cms.verify(content, certificates: all)
        guard case .good(let signer) = verdict else {
            Issue.record("\(verdict.text)")
            return
        }
        #expect(signer === all.last)
    }

    /// Keys change, names stay: another certificate with the same issuer and serial number.
    @Test func namesDoNotVerify() throws {
        let genuine = try X509Key(.rsa2048)
        let forged = try X509Key(.rsa2048)
        try output(
            of: "openssl", "req", "-new", "-x509", "-batch", "-config",
            forged.directory.path("req.cnf"), "-key", forged.keyPath, "-set_serial",
            "0x\(genuine.certificate().serial)", "-out", forged.certificatePath)
        let certificates = try [genuine.certificate(), forged.certificate()]
        #expect(certificates[0].issuer == certificates[1].issuer)
        #expect(certificates[0].serial == certificates[1].serial)
        let message = try CMSMessage(genuine.signer().sign(content))
        // One message, several verifications: nothing of one is left for the next.
        for _ in 0..<2 {
            let forgery = message.verify(content, certificates: [certificates[1]])
            #expect(forgery.text == otherSignature)
            #expect(message.verify(content, certificates: [certificates[0]]).text == "good")
            #expect(message.verify(content, certificates: certificates.reversed()).text == "good")
        }
    }

    @Test func whatIsNoDetachedSignatureOfOne() throws {
        let key = try Keys.key(.rsa2048)
        let message = try key.signer().sign(content)
        expectError("bytes after the PKCS#7 signature") { try CMSMessage(message + [0]) }
        expectError("the PKCS#7 signature cannot be read") { try CMSMessage([]) }
        expectError("the PKCS#7 signature cannot be read") { try CMSMessage(message.dropLast()) }
        expectError("the PKCS#7 signature has content of its own") {
            try CMSMessage(OpensslCMS.sign(content, key, options: ["-nodetach"]))
        }
        let other = try Keys.key(.ecP256)
        expectError("the PKCS#7 signature has more than one signer") {
            try CMSMessage(
                OpensslCMS.sign(
                    content, key,
                    options: ["-signer", other.certificatePath, "-inkey", other.keyPath]))
        }
        expectError("the PKCS#7 signature is over something else than data") {
            try CMSMessage(
                OpensslCMS.sign(content, key, options: ["-econtent_type", "pkcs7-digestData"]))
        }
        expectError("the PKCS#7 signature is not in DER") {
            try CMSMessage(OpensslCMS.sign(content, key, options: ["-stream", "-indef"]))
        }
    }

    @Test func messagesOfOtherTypes() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(content, to: "content")
        let path = directory.path("message")
        try output(
            of: "openssl", "cms", "-digest_create", "-in", file, "-outform", "DER", "-out", path)
        expectError("the PKCS#7 signature is not signed data") {
            try CMSMessage(directory.bytes(of: "message"))
        }
        // Certificates travel in messages without a signer.
        try output(
            of: "openssl", "crl2pkcs7", "-nocrl", "-certfile", Keys.key(.ecP256).certificatePath,
            "-outform", "DER", "-out", path)
        expectError("the PKCS#7 signature has no signer") {
            try CMSMessage(directory.bytes(of: "message"))
        }
    }
}
