import AppendedSignature
import BlackBox
import Foundation
import Testing

/// Keys on PKCS#11 tokens, through OpenSSL's engine or provider.
@Suite(.needsSoftHSM) struct TokenTests {
    private static let content = Array("a digest list, as far as signatures care".utf8)

    /// Takes a PIN and what tells of a token into the environment of this process.
    private static func enter(_ environment: [String: String], pin: String?) {
        for (name, value) in environment { setenv(name, value, 1) }
        if let pin { setenv("KBUILD_SIGN_PIN", pin, 1) } else { unsetenv("KBUILD_SIGN_PIN") }
    }

    @Test(arguments: [X509Key.Kind.rsa2048, .ecP256, .ecP384])
    func tokensSign(kind: X509Key.Kind) async throws {
        let key = try Keys.key(kind)
        let token = try SoftHSMToken(key)
        let output = key.directory.path("token-message")
        // In a process of its own, as the module finds its tokens through the environment.
        await #expect(processExitsWith: .success) {
            [
                environment = token.environment as [String: String],
                path = key.certificatePath as String, output = output as String
            ] in
            TokenTests.enter(environment, pin: SoftHSMToken.pin)
            let signer = try Signer(
                key: PrivateKey(SoftHSMToken.uri, passphrase: .environment),
                certificate: Certificate(path: path), hash: .sha256)
            let message = try signer.sign(TokenTests.content)
            // A PIN that is asked for again, which some keys do, is still there.
            #expect(try signer.sign(TokenTests.content).count > 0)
            try Data(message).write(to: URL(fileURLWithPath: output))
        }
        let message = try readFile(output)
        #expect(try verdict(on: message, over: Self.content, key) == "good")
        if kind == .rsa2048 {
            #expect(try key.signer().sign(Self.content) == message)
        }
    }

    /// Current versions of `sign-file` know the provider alone, and no PIN but one in the URI.
    @Test(
        .needsSignFile,
        .enabled(if: SoftHSMToken.hasProvider, "OpenSSL has no provider for PKCS#11"))
    func signFileMakesTheSame() throws {
        let key = try Keys.key(.rsa2048)
        let token = try SoftHSMToken(key)
        // SoftHSM and the provider in one library wait for each other, unless told otherwise.
        let configuration = try key.directory.write(
            """
            openssl_conf = all
            [all]
            providers = providers
            [providers]
            default = default_provider
            pkcs11 = pkcs11_provider
            [default_provider]
            activate = 1
            [pkcs11_provider]
            pkcs11-module-quirks = no-deinit
            pkcs11-module-load-behavior = early
            activate = 1

            """, to: "openssl.cnf")
        let expected = try SignFile.sign(
            Self.content, key: "\(SoftHSMToken.uri)?pin-value=\(SoftHSMToken.pin)",
            certificate: key.certificatePath,
            environment: token.environment.merging(["OPENSSL_CONF": configuration]) { $1 })
        let message = try key.signer().sign(Self.content)
        let file = SignedFile(content: Self.content, signature: .init(kind: .pkcs7, data: message))
        #expect(file.bytes == expected)
    }

    /// A file that an editor has written ends with a newline, which belongs to no PIN.
    @Test(arguments: ["", "\n", "\nmore\n"])
    func fileWithThePIN(end: String) async throws {
        let token = try SoftHSMToken(Keys.key(.rsa2048))
        let directory = try TemporaryDirectory()
        let file = try directory.write(SoftHSMToken.pin + end, to: "a PIN")
        let escaped = file.replacingOccurrences(of: " ", with: "%20")
        await #expect(processExitsWith: .success) {
            [environment = token.environment as [String: String], escaped = escaped as String] in
            TokenTests.enter(environment, pin: nil)
            for start in ["", "file:", "file://"] {
                let uri = "\(SoftHSMToken.uri)?pin-source=\(start)\(escaped)"
                _ = try PrivateKey(uri, passphrase: .environment)
            }
        }
    }

    @Test func attributesThatAreRefused() {
        let uri = SoftHSMToken.uri
        for attribute in ["?module-path=/usr/lib/x.so", "?module-name=x", ";module-path=/x.so"] {
            let name = attribute.dropFirst().prefix { $0 != "=" }
            expectError(
                "\(uri)\(attribute): no module is loaded for \(name); leave it out, and name the"
                    + " module in the environment, as PKCS11_MODULE_PATH for OpenSSL's engine or"
                    + " PKCS11_PROVIDER_MODULE for its provider, or in OpenSSL's configuration"
            ) {
                try PrivateKey(uri + attribute, passphrase: .environment)
            }
        }
        for (source, reason) in [
            ("|x", "names a program, and none is run; name a file"), ("%2", "names no file"),
        ] {
            expectError("\(uri)?pin-source=\(source): pin-source \(reason)") {
                try PrivateKey("\(uri)?pin-source=\(source)", passphrase: .environment)
            }
        }
    }

    @Test func whatIsWrong() async throws {
        let token = try SoftHSMToken(Keys.key(.rsa2048))
        await #expect(processExitsWith: .success) {
            [environment = token.environment as [String: String]] in
            let uri = SoftHSMToken.uri
            TokenTests.enter(environment, pin: nil)
            expectError(
                "\(uri): the key needs a passphrase or PIN, and KBUILD_SIGN_PIN is not set"
            ) {
                try PrivateKey(uri, passphrase: .environment)
            }
            TokenTests.enter(environment, pin: "wrong")
            TokenTests.expect(uri, ["the PIN is wrong", "no such key, or the PIN is wrong"])
            TokenTests.enter(environment, pin: "1")
            TokenTests.expect(uri, ["the PIN is wrong", "no such key, or the PIN is wrong"])
            TokenTests.enter(environment, pin: SoftHSMToken.pin)
            for uri in ["pkcs11:token=none;object=key", "pkcs11:token=diglim;object=none"] {
                TokenTests.expect(
                    uri,
                    [
                        "the key cannot be had: object not found", "there is no such key",
                        "no such key, or the PIN is wrong",
                    ])
            }
            _ = try PrivateKey(uri, passphrase: .environment)
        }
    }

    @Test func pinsAreNotForCommandLines() {
        for separator in ["?", ";", "&"] {
            expectError(
                "a PKCS#11 URI with pin-value shows the PIN to everybody; put the PIN into"
                    + " KBUILD_SIGN_PIN or a file"
            ) {
                try PrivateKey(
                    "pkcs11:token=diglim\(separator)PIN-value=1234", passphrase: .environment)
            }
        }
    }

    /// Checks the sentence, which depends on whether there is an engine or a provider.
    private static func expect(_ uri: String, _ sentences: [String]) {
        let error = #expect(throws: SigningError.self) {
            try PrivateKey(uri, passphrase: .environment)
        }
        #expect(
            sentences.map { "\(uri): \($0)" }.contains(error?.text ?? ""),
            "\(String(describing: error))")
    }
}
