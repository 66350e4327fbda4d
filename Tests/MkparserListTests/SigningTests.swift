import BlackBox
import Foundation
import Testing

/// Lists that are signed in one step.
@Suite(.needs(.mkparserList))
struct SigningTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory
    private let parser: String
    private let lists: [[UInt8]]

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
        parser = try input.writeExecutable(ELFBuilder().bytes)
        lists = MkparserList.lists(digest: sha256(ELFBuilder().bytes))
    }

    /// Signs.
    private func run(
        _ key: String, _ certificate: String, _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try MkparserList.run(
            ["--output", output.path, "--key", key, "--certificate", certificate] + options
                + [parser], environment: environment)
    }

    @Test(
        .needsSignFile,
        arguments: [
            ([], "sha256", []), (["--hash", "sha384"], "sha384", []),
            (["--hash", "sha512"], "sha512", []), (["--keyid"], "sha256", ["-k"]),
        ] as [([String], String, [String])])
    func sameAsSignFile(_ options: [String], _ hash: String, _ theirs: [String]) throws {
        let key = try X509Key(.rsa2048)
        for certificate in [key.certificatePath, key.certificateDERPath] {
            let outcome = try run(key.keyPath, certificate, options)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
            for (name, list) in zip(MkparserList.listNames(), lists) {
                let signed = try SignFile.sign(list, with: key, hash: hash, options: theirs)
                #expect(try output.bytes(of: name) == signed)
                let line = "\(output.path(name)): "
                #expect(outcome.output.contains(line))
                #expect(outcome.output.contains("signed by \(key.subject)\n"))
            }
        }
    }

    @Test(arguments: [X509Key.Kind.ecP256, .ecP384])
    func opensslVerifiesECDSA(_ kind: X509Key.Kind) throws {
        let key = try X509Key(kind)
        let outcome = try run(key.keyPath, key.certificatePath, ["--json"])
        let result = try outcome.json(MkparserListResult.self)
        #expect(result.lists.allSatisfy { $0.signed && $0.signer == key.subject })
        for (name, list) in zip(MkparserList.listNames(), lists) {
            #expect(try Signing.isGood(output.bytes(of: name), over: list, key))
        }
    }

    @Test(.needs(.emulator)) func emulatorTakesASignedListByItsPath() throws {
        let key = try X509Key(.rsa2048)
        #expect(try run(key.keyPath, key.certificatePath).status == 0)
        let emulator = try MountedEmulator("--abi", "v3")
        for name in MkparserList.listNames() {
            let path = Array(output.path(name).utf8)
            #expect(emulator.write(path, to: "digest_list_add") == "ok")
        }
        #expect(try emulator.counts() == ["1", "1", "0", "2"])
    }

    /// The same file comes of an encrypted key, whichever way the passphrase comes.
    @Test func encryptedKey() throws {
        let key = try X509Key(.rsa2048)
        #expect(try run(key.keyPath, key.certificatePath).status == 0)
        let expected = try output.contents()
        let encrypted = try key.encryptedKey(passphrase: "open sesame")
        let file = try input.write("open sesame\n", to: "passphrase")
        let ways: [([String], [String: String])] = [
            (["--passphrase-file", file], [:]), ([], ["KBUILD_SIGN_PIN": "open sesame"]),
        ]
        for (options, environment) in ways {
            for name in MkparserList.listNames() { try output.remove(name) }
            let outcome = try run(
                encrypted, key.certificatePath, options, environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try output.contents() == expected)
        }
    }

    @Test(.needsSoftHSM) func tokensKey() throws {
        let key = try X509Key(.rsa2048)
        #expect(try run(key.keyPath, key.certificatePath).status == 0)
        let expected = try output.contents()
        for name in MkparserList.listNames() { try output.remove(name) }
        let token = try SoftHSMToken(key)
        var environment = token.environment
        environment["KBUILD_SIGN_PIN"] = SoftHSMToken.pin
        let outcome = try run(
            SoftHSMToken.uri, key.certificatePath, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try output.contents() == expected)
    }

    @Test(arguments: [X509Key.Validity.expired, .notYet])
    func certificateThatIsNotValid(_ validity: X509Key.Validity) throws {
        let key = try X509Key(.rsa2048, validity: validity)
        let outcome = try run(key.keyPath, key.certificatePath)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains(": \(key.certificatePath): warning: the certificate "))
        #expect(try output.names().count == 2)
    }

    /// Whatever keeps lists from being signed, those of before stay, and none is added.
    @Test func failureLeavesAllAsItWas() throws {
        let (key, other) = (try X509Key(.rsa2048), try X509Key(.rsa2048))
        let encrypted = try key.encryptedKey(passphrase: "open sesame")
        let wrong = try input.write("sesame\n", to: "wrong")
        let certificate = key.certificatePath
        let failures: [(String, String, [String])] = [
            (encrypted, certificate, ["--passphrase-file", wrong]),
            (encrypted, certificate, ["--passphrase-file", input.path("missing")]),
            (encrypted, certificate, []),
            (other.keyPath, certificate, []), (certificate, certificate, []),
            (key.keyPath, key.keyPath, []), (input.path("missing"), certificate, []),
            (key.keyPath, input.path("missing"), []), (key.keyPath, parser, []),
            ("pkcs11:token=missing;object=missing", certificate, []),
        ]
        // Old lists, of another executable, and none at all.
        try BlackBox.output(of: Program.mkparserList.path, "--output", output.path, parser)
        try input.writeExecutable(ELFBuilder(entry: 0x400090).bytes)
        let empty = try TemporaryDirectory()
        let before = try output.contents()
        for (key, certificate, options) in failures {
            for directory in [output.path, empty.path, empty.path("new")] {
                let outcome = try MkparserList.run(
                    ["--output", directory, "--key", key, "--certificate", certificate] + options
                        + [parser], environment: ["KBUILD_SIGN_PIN": ""])
                #expect(outcome.status == 1)
                #expect(outcome.output.isEmpty)
                #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
                #expect(!outcome.errors.contains("sesame"))
            }
            #expect(try output.contents() == before)
            #expect(try empty.names().isEmpty)
        }
    }
}
