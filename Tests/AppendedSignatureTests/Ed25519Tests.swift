import AppendedSignature
import BlackBox
import Testing

/// Signatures as in RFC 8419, which Debian 12's libcrypto neither makes nor verifies by itself.
@Suite struct Ed25519Tests {
    private static let hasCerttool = (try? output(of: "certtool", "--version")) != nil
    private let content = Array("a digest list, as far as signatures care".utf8)

    @Test func signaturesAreTheSameEveryTime() throws {
        let key = try Keys.key(.ed25519)
        let message = try key.signer().sign(content)
        #expect(try key.signer(.sha512).sign(content) == message)
        #expect(try verdict(on: message, over: content, key) == "good")
        #expect(try verdict(on: message, over: content + [0], key) == otherContent)
        let parts = try CMSMessage(message)
        #expect(parts.hash == "SHA512")
        #expect(parts.algorithm == "ED25519")
        #expect(parts.hasSignedAttributes)
    }

    @Test(
        .enabled(if: hasCerttool, "no certtool of GnuTLS"),
        arguments: [SignerIdentifier.issuerAndSerialNumber, .subjectKeyID])
    func gnutlsVerifies(identifier: SignerIdentifier) throws {
        let key = try Keys.key(.ed25519)
        let message = try key.signer(.sha512, identifier).sign(content)
        let verified = try certtool(message, over: content, key)
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(try certtool(message, over: content + [0], key).status != 0)
    }

    @Test(
        .enabled(if: OpensslCMS.hasEd25519, "this openssl has no Ed25519 in messages"),
        arguments: [SignerIdentifier.issuerAndSerialNumber, .subjectKeyID])
    func opensslVerifies(identifier: SignerIdentifier) throws {
        let key = try Keys.key(.ed25519)
        let message = try key.signer(.sha512, identifier).sign(content)
        let outcome = try OpensslCMS.verify(
            message, over: content, certificate: key.certificatePath)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let other = try OpensslCMS.verify(
            message, over: content + [0], certificate: key.certificatePath)
        #expect(other.status != 0)
        let made = try OpensslCMS.sign(content, key, hash: "sha512", options: [])
        #expect(try verdict(on: made, over: content, key) == "good")
        #expect(try verdict(on: made, over: content + [0], key) == otherContent)
    }

    private func certtool(
        _ message: [UInt8], over content: [UInt8], _ key: X509Key
    ) throws -> Outcome {
        let directory = try TemporaryDirectory()
        return try runProgram(
            "certtool",
            [
                "--p7-verify", "--inder", "--infile", directory.write(message, to: "message"),
                "--load-data", directory.write(content, to: "content"), "--load-certificate",
                key.certificatePath,
            ])
    }
}
