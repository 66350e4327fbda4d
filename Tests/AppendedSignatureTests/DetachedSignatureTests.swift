import AppendedSignature
import BlackBox
import CCrypto
import Testing

@Suite struct DetachedSignatureTests {
    private let content = Array("a digest list, as far as signatures care".utf8)

    /// A raw signature, as a signing server without a notion of messages makes it.
    private func raw(_ key: X509Key, _ hash: SignatureHash) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        let file = try directory.write(content, to: "content")
        try output(
            of: "openssl", "dgst", "-\(hash.name)", "-sign", key.keyPath, "-out",
            directory.path("raw"), file)
        return try directory.bytes(of: "raw")
    }

    private func assemble(
        _ raw: [UInt8], _ key: X509Key, _ hash: SignatureHash = .sha256,
        _ identifier: SignerIdentifier = .issuerAndSerialNumber
    ) throws -> [UInt8] {
        try DetachedSignature.assemble(
            raw: raw, over: content, certificate: key.certificate(), hash: hash,
            identifier: identifier)
    }

    @Test(arguments: SignatureHash.all, [SignerIdentifier.issuerAndSerialNumber, .subjectKeyID])
    func rsaIsTheSameAsInOneStep(hash: SignatureHash, identifier: SignerIdentifier) throws {
        let key = try Keys.key(.rsa2048)
        let message = try assemble(raw(key, hash), key, hash, identifier)
        #expect(try key.signer(hash, identifier).sign(content) == message)
    }

    /// A digest alone goes to the other machine.
    @Test func rsaOfTheDigest() throws {
        let key = try Keys.key(.rsa2048)
        let directory = try TemporaryDirectory()
        let digest = try directory.write(bytes(hexadecimal: sha256(content)), to: "digest")
        try output(
            of: "openssl", "pkeyutl", "-sign", "-inkey", key.keyPath, "-in", digest, "-pkeyopt",
            "digest:sha256", "-out", directory.path("raw"))
        let message = try assemble(directory.bytes(of: "raw"), key)
        #expect(try key.signer().sign(content) == message)
    }

    @Test(arguments: [X509Key.Kind.ecP256, .ecP384], SignatureHash.all)
    func ecdsaInBothForms(kind: X509Key.Kind, hash: SignatureHash) throws {
        let key = try Keys.key(kind)
        let der = try raw(key, hash)
        let message = try assemble(der, key, hash)
        #expect(try assemble(pair(der, size: kind == .ecP256 ? 32 : 48), key, hash) == message)
        let outcome = try OpensslCMS.verify(
            message, over: content, certificate: key.certificatePath)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// `r` and `s`, one after the other.
    private func pair(_ der: [UInt8], size: Int) throws -> [UInt8] {
        let signature = try #require(
            der.withUnsafeBufferPointer { buffer in
                var start = buffer.baseAddress
                return d2i_ECDSA_SIG(nil, &start, buffer.count)
            })
        defer { ECDSA_SIG_free(signature) }
        var pair = [UInt8](repeating: 0, count: 2 * size)
        pair.withUnsafeMutableBufferPointer { buffer in
            _ = BN_bn2binpad(ECDSA_SIG_get0_r(signature), buffer.baseAddress, Int32(size))
            _ = BN_bn2binpad(
                ECDSA_SIG_get0_s(signature), buffer.baseAddress.map { $0 + size }, Int32(size))
        }
        return pair
    }

    @Test(arguments: [X509Key.Kind.rsa2048, .ecP256])
    func whatIsNoSignature(kind: X509Key.Kind) throws {
        let key = try Keys.key(kind)
        let good = try raw(key, .sha256)
        let sentence = "signature of the content with the key of \(key.subject)"
        expectError("no sha384 \(sentence)") { try assemble(good, key, .sha384) }
        let other = try raw(X509Key(kind), .sha256)
        let wrong = [
            [], [0], [0, 0], Array(good.dropLast()), good + [0], other,
            [UInt8](repeating: 0, count: good.count), [UInt8](repeating: 0, count: 64),
            [UInt8](repeating: 255, count: 64), [UInt8](repeating: 1, count: 1 << 20),
        ]
        for raw in wrong { expectError("no sha256 \(sentence)") { try assemble(raw, key) } }
    }

    @Test func ed25519NeedsAFinishedMessage() throws {
        let key = try Keys.key(.ed25519)
        expectError(
            "a raw Ed25519 signature cannot be in a CMS message; a finished one is needed"
        ) {
            try assemble([UInt8](repeating: 0, count: 64), key)
        }
        let message = try key.signer().sign(content)
        #expect(try check(message, key) == message)
    }

    private func check(_ message: [UInt8], _ key: X509Key) throws -> [UInt8] {
        try DetachedSignature.check(cms: message, over: content, certificate: key.certificate())
    }

    @Test(arguments: [[], ["-noattr"], ["-noattr", "-nocerts"]])
    func finishedMessages(options: [String]) throws {
        let key = try Keys.key(.ecP256)
        let message = try OpensslCMS.sign(content, key, options: options)
        #expect(try check(message, key) == message)
        let other = try Keys.key(.ecP384)
        expectError("the signer is another one than \(other.subject)") {
            try check(message, other)
        }
        expectError("bytes after the PKCS#7 signature") { try check(message + [0], key) }
        expectError(options.isEmpty ? otherContent : otherSignature) {
            try check(OpensslCMS.sign(content + [0], key, options: options), key)
        }
        expectError("the PKCS#7 signature has content of its own") {
            try check(OpensslCMS.sign(content, key, options: options + ["-nodetach"]), key)
        }
    }
}
