import BlackBox
import Testing

/// No package comes out of a build in which the lists could not be made as asked for.
@Suite("Builds that fail", .needs(.mkparserList), .needsStripping)
struct RefusalTests {
    @Test("A parser that the kernel must not trust")
    func dynamicParser() throws {
        var build = try ParserBuild()
        build.linking = "-Wl,--as-needed"
        try expectFailure(of: build, "test_parser: has an interpreter")
    }

    @Test("No parser")
    func noParser() throws {
        var build = try ParserBuild()
        build.installation += "\nmv %{buildroot}%{diglim_parser_dir}/test_parser %{buildroot}/test"
        try expectFailure(
            of: build, "error: no parser in the build root: /usr/libexec/diglim/*_parser")
    }

    @Test("A key without its certificate, and the other way round")
    func halfAKey() throws {
        let key = try X509Key(.rsa2048)
        var build = try ParserBuild()
        build.macros = ["diglim_sign_key \(key.keyPath)"]
        try expectFailure(
            of: build,
            "error: %diglim_sign_key is defined, but %diglim_sign_certificate is not")
        build = try ParserBuild()
        build.macros = ["diglim_sign_certificate \(key.certificatePath)"]
        try expectFailure(of: build, "error: %diglim_sign_key is not defined")
    }

    @Test("A wrong PIN, which is not printed")
    func wrongPIN() throws {
        let key = try X509Key(.rsa2048)
        var build = try ParserBuild()
        build.macros = [
            "diglim_sign_key \(try key.encryptedKey(passphrase: "the right one"))",
            "diglim_sign_certificate \(key.certificatePath)",
        ]
        build.environment = ["KBUILD_SIGN_PIN=quite another one"]
        let log = try expectFailure(of: build, "encrypted.pem: ")
        #expect(!log.contains("quite another one"))
    }

    @Test("A PIN in the key's URI, which would be printed")
    func pinInURI() throws {
        var build = try ParserBuild()
        build.macros = ["diglim_sign_key pkcs11:token=test;pin-value=geheim"]
        let log = try expectFailure(of: build, "diglim_sign_key: a PIN in it would be printed")
        #expect(!log.contains("geheim"))
    }

    @discardableResult
    private func expectFailure(of build: ParserBuild, _ reason: String) throws -> String {
        let outcome = try build.run()
        #expect(outcome.status != 0)
        #expect(outcome.output.contains(reason), "\(outcome.output)")
        #expect(((try? ParserBuild.packages(in: build.directory)) ?? []).isEmpty)
        return outcome.output
    }
}
