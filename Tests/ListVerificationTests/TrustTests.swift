import BlackBox
import Testing

/// Whose signatures count, and whose do not.
@Suite(.needs(.parser, .diglimctl, .emulator))
struct TrustTests {
    private let lists: TemporaryDirectory
    private let name = "0-file_list-compact-x"
    private let list = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes

    init() throws {
        lists = try TemporaryDirectory()
        try lists.write(list, to: name)
    }

    private func result(_ keys: TemporaryDirectory) throws -> Verification.Result {
        try Verification(of: lists.path, keys: keys.path).result(of: name)
    }

    @Test func certificates() throws {
        let key = try X509Key(.ecP256)
        let other = try X509Key(.rsa2048, name: "other")
        try key.sign([lists.path(name)])
        let good = Verification.Result.good(["\(sha256(list)):\(list.count)"])
        for path in [key.certificatePath, key.certificateDERPath] {
            for names in [["a", "b"], ["b", "a"]] {
                let keys = try TemporaryDirectory()
                try keys.write(readFile(path), to: names[0])
                try keys.write(readFile(other.certificatePath), to: names[1])
                try keys.write("neither", to: "neither")
                try keys.makeDirectory("directory")
                #expect(try result(keys) == good)
            }
        }
        guard case .refused(let reason) = try result(keys(other)) else {
            Issue.record("signed by somebody else")
            return
        }
        #expect(reason.hasSuffix(" is not among those given"))
    }

    @Test func damagedList() throws {
        let key = try X509Key(.rsa2048)
        try key.sign([lists.path(name)])
        var signed = try lists.bytes(of: name)
        signed[20] ^= 1
        try lists.write(signed, to: name)
        guard case .refused(let reason) = try result(keys(key)) else {
            Issue.record("something else than what was signed")
            return
        }
        #expect(reason.hasPrefix("bad: "))
    }

    @Test(
        .enabled(if: SigningKey.isPossible, "no rpmbuild, rpmsign or gpg"),
        arguments: [true, false])
    func openPGP(armored: Bool) throws {
        let key = try SigningKey()
        let package = try BuiltPackage(
            "signed", in: lists, script: "mkdir -p usr/bin; echo 1 >usr/bin/1",
            files: "/usr/bin/*")
        try key.sign(package)
        let directory = try TemporaryDirectory()
        try output(
            of: Program.diglimctl.path, "generate", "--output", directory.path, package.path)
        let emulator = try MountedEmulator()
        try output(
            of: Program.parser.path, "--interface", emulator.directory, "add", directory.path)
        let operation = try #require(try emulator.added().first)
        let keys = try TemporaryDirectory()
        try keys.write(SigningKey().exported(armored: armored), to: "a")
        try keys.write(key.exported(armored: armored), to: "b")
        let verification = try Verification(of: directory.path, keys: keys.path)
        #expect(
            try verification.result(of: operation.label)
                == .good(["\(operation.digest):\(operation.size)"]))
        try keys.remove("b")
        let other = try Verification(of: directory.path, keys: keys.path)
        guard case .refused = try other.result(of: operation.label) else {
            Issue.record("signed by somebody else")
            return
        }
    }

    @Test func nobody() throws {
        let keys = try TemporaryDirectory()
        for path in [keys.path, keys.path("nowhere")] {
            let outcome = try runProgram(Verification.path, [lists.path, path, "v3"])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("or give --unsigned"))
            #expect(outcome.errorLines.count == 1)
        }
        try keys.write("neither", to: "x")
        let outcome = try runProgram(Verification.path, [lists.path, keys.path, "v3"])
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains("warning: left out: neither a certificate nor OpenPGP"))
    }
}
