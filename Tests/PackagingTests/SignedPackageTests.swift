import BlackBox
import Foundation
import Testing

/// The lists are signed in the build, or made ready for it.
@Suite("Signed lists in packages", .needs(.mkparserList), .needsStripping)
struct SignedPackageTests {
    private static let pin = "correct horse battery staple"

    @Test(
        "Signed in the build: as sign-file does, and the PIN is nowhere", .needsSignFile,
        arguments: [true, false])
    func signed(inEnvironment: Bool) throws {
        let key = try X509Key(.rsa2048)
        var build = try ParserBuild()
        build.macros = [
            "diglim_sign_key \(try key.encryptedKey(passphrase: Self.pin))",
            "diglim_sign_certificate \(key.certificatePath)",
        ]
        if inEnvironment {
            build.environment = ["KBUILD_SIGN_PIN=\(Self.pin)"]
        } else {
            let file = try key.directory.write("\(Self.pin)\n", to: "pin")
            build.macros.append("diglim_passphrase_file \(file)")
        }
        let (package, log) = try build.package()
        #expect(log.contains("brp-diglim-parser-list"))
        #expect(!log.contains(Self.pin))
        #expect(!log.contains("NOT SIGNED"))
        for name in ParserPackage.listNames {
            let content = try package.list(name).content
            let signed = try SignFile.sign(content, with: key)
            #expect(try readFile("\(package.listPath)/\(name)") == signed)
            try verify(package.list(name), with: key)
        }
    }

    /// Asks another program whether it is a good signature.
    private func verify(_ list: SignedList, with key: X509Key) throws {
        let directory = try TemporaryDirectory()
        let content = try directory.write(list.content, to: "content")
        let signature = try directory.write(try #require(list.signature), to: "signature")
        try output(
            of: "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature,
            "-content", content, "-nointern", "-certfile", key.certificatePath, "-CAfile",
            key.certificatePath, "-purpose", "any", "-out", "/dev/null")
    }

    @Test("Signed with a key in a hardware module", .needsSoftHSM)
    func token() throws {
        let key = try X509Key(.rsa2048)
        let token = try SoftHSMToken(key)
        var build = try ParserBuild()
        build.macros = [
            "diglim_sign_key \(SoftHSMToken.uri)",
            "diglim_sign_certificate \(key.certificateDERPath)",
        ]
        build.environment =
            ["KBUILD_SIGN_PIN=\(SoftHSMToken.pin)"]
            + token.environment.map { "\($0.key)=\($0.value)" }
        let (package, log) = try build.package()
        #expect(!log.contains(SoftHSMToken.pin))
        for name in ParserPackage.listNames { try verify(package.list(name), with: key) }
    }

    @Test("Unsigned lists are told")
    func unsigned() throws {
        let (_, log) = try ParserBuild().package()
        #expect(log.contains("warning: the parser's digest lists are NOT SIGNED"))
    }

    @Test(
        "Signed elsewhere: pesign-obs-integration gets the lists, and what comes back is attached")
    func signedElsewhere() throws {
        let key = try X509Key(.rsa2048)
        var build = try ParserBuild()
        build.policy = .suse
        let copies = try build.directory.makeDirectory("copies")
        build.environment = ["PESIGN_COPIES=\(copies)"]
        let (package, log) = try build.package()
        let notice = "leaving the parser's digest lists to brp-99-pesign"
        #expect(log.components(separatedBy: notice).count == 2)

        let taken = try FileManager.default.subpathsOfDirectory(atPath: copies)
            .filter { !directoryExists("\(copies)/\($0)") }
        #expect(
            Set(taken) == Set(ParserPackage.listNames.map { "etc/digest_lists/\($0)" }))

        // The service signs each file as it is, and returns the bare RSA signature.
        let lists = copies + ParserPackage.listDirectory
        let signatures = try build.directory.makeDirectory("signatures")
        for name in ParserPackage.listNames {
            try output(
                of: "openssl", "dgst", "-sha256", "-sign", key.keyPath, "-out",
                "\(signatures)/\(name).sig", "\(lists)/\(name)")
        }
        let program = Program.mkparserList.path
        try output(
            of: program, "--attach", signatures, "--output", package.listPath, "--certificate",
            key.certificatePath, package.parserPath)
        let once = try build.directory.makeDirectory("once")
        try output(
            of: program, "--output", once, "--key", key.keyPath, "--certificate",
            key.certificatePath, package.parserPath)
        for name in ParserPackage.listNames {
            #expect(try package.list(name).signature != nil)
            #expect(try readFile("\(package.listPath)/\(name)") == readFile("\(once)/\(name)"))
        }
    }

    @Test(
        "What pesign-obs-integration takes besides stays as it was",
        arguments: [
            ([], "*.ko"), (["BRP_PESIGN_FILES=*.efi"], "*.efi"),
        ])
    func otherFiles(environment: [String], others: String) throws {
        var build = try ParserBuild()
        build.environment = environment
        build.installation += "\necho \"to sign: $BRP_PESIGN_FILES\""
        let (_, log) = try build.package()
        let lists = "./etc/digest_lists/0-*_list-compact-*"
        #expect(log.contains("\nto sign: \(others) \(lists)\n"))
    }

    private func directoryExists(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
