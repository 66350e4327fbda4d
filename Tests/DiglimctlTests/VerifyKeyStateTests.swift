import BlackBox
import Testing

/// Signatures by keys that one should not rely on any more: where librpm takes them, with a warning.
@Suite(.needs(.diglimctl), .enabled(if: SignedPackage.isPossible, "no rpmbuild, rpmsign or gpg"))
struct VerifyKeyStateTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Verifies the list of a package, and compares the verdict with that of rpm.
    private func expectWarning(
        _ warnings: (Substring) -> [String], _ package: SignedPackage, by key: SigningKey
    ) throws {
        let keyring = try directory.write(key.exported(), to: "keyring")
        let outcome = try Diglimctl.run("verify", "--json", "--keyring", keyring, package.list)
        let result = try #require(try outcome.json([VerifiedResult].self).first)
        // Newer versions of rpm import no key that they would not verify with.
        let isAccepted = (try? RPMKeys(importing: key).accepts(package.path)) ?? false
        #expect(result.verdict == (isAccepted ? "good" : "unverifiable"), "\(result)")
        #expect(outcome.status == (isAccepted ? 0 : 1))
        if isAccepted {
            let id = try #require(try key.keyIDs.last)
            #expect(result.warnings == warnings(id[...]))
        } else {
            #expect(result.reason?.hasPrefix("not trusted: ") == true)
        }
    }

    @Test func shortRSAKey() throws {
        let key = try SigningKey("rsa1024")
        try expectWarning(
            { ["the RSA key \($0) has only 1024 bits"] }, SignedPackage(by: key), by: key)
    }

    @Test func revokedKey() throws {
        let key = try SigningKey()
        let package = try SignedPackage(by: key)
        try key.revoke()
        try expectWarning({ ["the key \($0) is revoked"] }, package, by: key)
    }

    @Test func subkeyOfARevokedKey() throws {
        let key = try SigningKey(subkey: "rsa2048")
        let package = try SignedPackage(by: key)
        try key.revoke()
        let primary = try key.keyIDs[0]
        try expectWarning(
            { _ in
                ["the key \(primary) is revoked", "no kernel takes the signature: by a subkey"]
            }, package, by: key)
    }

    @Test func expiredKey() throws {
        let key = try SigningKey(isOld: true)
        let package = try SignedPackage(by: key)
        try key.expire()
        try expectWarning({ ["the key \($0) expired on 2021-07-01"] }, package, by: key)
    }

    @Test func expiredSubkey() throws {
        let key = try SigningKey(subkey: "rsa2048", isOld: true)
        let package = try SignedPackage(by: key)
        try key.expire(subkeys: true)
        try expectWarning(
            {
                [
                    "the subkey \($0) expired on 2021-07-01",
                    "no kernel takes the signature: by a subkey",
                ]
            }, package, by: key)
    }

    /// The newest of a key's own signatures counts.
    @Test func prolongedKey() throws {
        let key = try SigningKey(isOld: true)
        let package = try SignedPackage(by: key)
        try key.expire()
        try key.prolong()
        let keyring = try directory.write(key.exported(), to: "keyring")
        let outcome = try Diglimctl.run("verify", "--keyring", keyring, package.list)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
    }

    @Test func certificateWithAShortRSAKey() throws {
        let list = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes
        let path = try directory.write(list, to: "list")
        let key = directory.path("key.pem")
        let certificate = directory.path("cert.pem")
        try output(
            of: "openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=x",
            "-keyout", key, "-out", certificate)
        try output(
            of: Program.diglimctl.path, "sign", "--key", key, "--certificate", certificate, path)
        let outcome = try Diglimctl.run("verify", "--certificate", certificate, path)
        #expect(outcome.status == 0)
        #expect(
            outcome.errors
                == "diglimctl: \(path): warning: the certificate's RSA key has only 1024 bits\n")
    }
}
