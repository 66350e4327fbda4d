import AppendedSignature
import BlackBox
import Foundation
import Testing

@Suite struct PrivateKeyTests {
    private let content = Array("a digest list, as far as signatures care".utf8)
    private static let passphrase = "p\u{e4}ss phrase # with everything"
    private static let missing =
        "the key needs a passphrase or PIN, and KBUILD_SIGN_PIN is not set"

    /// What signs with the key of a file.
    private func sign(_ path: String, _ passphrase: String, _ key: X509Key) throws -> [UInt8] {
        let file = try key.directory.write(passphrase, to: "passphrase-\(UUID())")
        let privateKey = try PrivateKey(path, passphrase: .file(file))
        return try Signer(key: privateKey, certificate: key.certificate(), hash: .sha256)
            .sign(content)
    }

    @Test(arguments: X509Key.Kind.allCases, [false, true])
    func encryptedKeys(kind: X509Key.Kind, traditional: Bool) throws {
        if traditional && kind == .ed25519 { return }
        let key = try X509Key(kind)
        let path = try key.encryptedKey(passphrase: Self.passphrase, traditional: traditional)
        let text = String(decoding: try readFile(path), as: UTF8.self)
        #expect(text.contains("ENCRYPTED"))
        #expect(text.contains("BEGIN ENCRYPTED") != traditional)
        for end in ["", "\n", "\nsecond line\n"] {
            let message = try sign(path, Self.passphrase + end, key)
            #expect(try verdict(on: message, over: content, key) == "good")
        }
        for wrong in ["", "wrong", Self.passphrase + " ", " " + Self.passphrase] {
            expectError("\(path): the passphrase is wrong") { try sign(path, wrong, key) }
        }
    }

    @Test(arguments: X509Key.Kind.allCases)
    func traditionalKeys(kind: X509Key.Kind) throws {
        if kind == .ed25519 { return }
        let key = try X509Key(kind)
        let path = key.directory.path("plain.pem")
        try output(of: "openssl", "pkey", "-in", key.keyPath, "-traditional", "-out", path)
        #expect(String(decoding: try readFile(path), as: UTF8.self).contains(" PRIVATE KEY"))
        // The passphrase's file is not even looked for.
        let privateKey = try PrivateKey(path, passphrase: .file("/does/not/exist"))
        let message = try Signer(
            key: privateKey, certificate: key.certificate(), hash: .sha256
        ).sign(content)
        #expect(try verdict(on: message, over: content, key) == "good")
    }

    @Test func keyBehindParametersAndCertificate() throws {
        let key = try X509Key(.ecP256)
        let parameters = try output(of: "openssl", "ecparam", "-name", "P-256")
        let bytes =
            try Array(parameters.utf8) + readFile(key.certificatePath)
            + readFile(key.keyPath)
        let path = try key.directory.write(bytes, to: "all.pem")
        _ = try PrivateKey(path, passphrase: .environment)
    }

    @Test func passphraseOfTheEnvironment() async throws {
        let key = try X509Key(.ecP256)
        let path = try key.encryptedKey(passphrase: Self.passphrase)
        await #expect(processExitsWith: .success) { [path = path as String] in
            unsetenv("KBUILD_SIGN_PIN")
            expectError("\(path): \(PrivateKeyTests.missing)") {
                try PrivateKey(path, passphrase: .environment)
            }
            for wrong in ["", "wrong"] {
                setenv("KBUILD_SIGN_PIN", wrong, 1)
                expectError("\(path): the passphrase is wrong") {
                    try PrivateKey(path, passphrase: .environment)
                }
            }
            setenv("KBUILD_SIGN_PIN", String(repeating: "x", count: 5000), 1)
            expectError("\(path): the passphrase of KBUILD_SIGN_PIN is too long") {
                try PrivateKey(path, passphrase: .environment)
            }
            setenv("KBUILD_SIGN_PIN", PrivateKeyTests.passphrase, 1)
            _ = try PrivateKey(path, passphrase: .environment)
        }
    }

    @Test func passphraseFiles() throws {
        let key = try X509Key(.ecP256)
        let path = try key.encryptedKey(passphrase: Self.passphrase)
        let directory = key.directory.path
        expectError("\(path): \(directory)/none: No such file or directory") {
            try PrivateKey(path, passphrase: .file("\(directory)/none"))
        }
        expectError("\(path): \(directory): Is a directory") {
            try PrivateKey(path, passphrase: .file(directory))
        }
        let long = try key.directory.write([UInt8](repeating: 120, count: 5000), to: "long")
        expectError("\(path): the passphrase of \(long) is too long") {
            try PrivateKey(path, passphrase: .file(long))
        }
        let huge = try key.directory.write([UInt8](repeating: 120, count: 1 << 20), to: "huge")
        expectError(
            "\(path): \(huge): too large for a key, a certificate or a passphrase"
        ) {
            try PrivateKey(path, passphrase: .file(huge))
        }
    }

    @Test func whatIsNoKey() throws {
        let key = try Keys.key(.rsa2048)
        let directory = try TemporaryDirectory()
        let none = directory.path("none")
        expectError("\(none): No such file or directory") {
            try PrivateKey(none, passphrase: .environment)
        }
        expectError("\(directory.path): Is a directory") {
            try PrivateKey(directory.path, passphrase: .environment)
        }
        let publicKey = try directory.write(
            output(of: "openssl", "pkey", "-in", key.keyPath, "-pubout"), to: "public")
        let empty = try directory.write("", to: "empty")
        let text = try directory.write("some text\n", to: "text")
        let lines = String(decoding: try readFile(key.keyPath), as: UTF8.self)
            .split(separator: "\n")
        let damaged = try directory.write(
            ([lines[0]] + lines.dropFirst(3)).joined(separator: "\n") + "\n", to: "damaged")
        let cut = try directory.write(lines.dropLast(2).joined(separator: "\n"), to: "cut")
        let certificates = [key.certificatePath, key.certificateDERPath]
        for path in [empty, text, publicKey, damaged, cut] + certificates {
            expectError("\(path): no private key in PEM that can be read") {
                try PrivateKey(path, passphrase: .environment)
            }
        }
    }

    @Test(arguments: [["X25519"], ["RSA-PSS"], ["Ed448"]])
    func otherTypesOfKeys(type: [String]) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("key")
        try output(of: "openssl", ["genpkey", "-algorithm"] + type + ["-out", path])
        expectError(
            "\(path): lists are signed with RSA, EC and Ed25519 keys, not with one of type"
                + " \(type[0].uppercased())"
        ) {
            try PrivateKey(path, passphrase: .environment)
        }
    }
}
