import BlackBox
import Foundation
import Testing

/// The script on its own, in a build root with blanks in its path.
@Suite("The build-root script", .needs(.mkparserList, .diglimctl), .needsStripping)
struct ScriptTests {
    private let directory: TemporaryDirectory
    private let root: String

    init() throws {
        directory = try TemporaryDirectory()
        root = try directory.makeDirectory("a build root")
        let parsers = try directory.makeDirectory("a build root/usr/libexec/diglim")
        let source = try directory.write("int main(void) { return 0; }", to: "main.c")
        try output(of: "cc", "-static", "-s", "-o", "\(parsers)/test_parser", source)
    }

    private var listPath: String { root + ParserPackage.listDirectory }

    private func lists() throws -> [[UInt8]] {
        try ParserPackage.listNames.map { try readFile("\(listPath)/\($0)") }
    }

    /// Runs the script as rpm would.
    ///
    /// - Parameter variables: What is different from that.
    private func run(_ variables: [String: String] = [:]) throws -> Outcome {
        var environment = [
            "RPM_BUILD_ROOT": root, "DIGLIM_PARSER_DIR": "/usr/libexec/diglim",
            "DIGLIM_LIST_DIR": ParserPackage.listDirectory,
            "DIGLIM_MKPARSER_LIST": Program.mkparserList.path,
            "DIGLIMCTL": Program.diglimctl.path,
            "DIGLIM_MKPARSER_LIST_OPTIONS": "", "DIGLIM_SIGN_KEY": "",
            "DIGLIM_SIGN_CERTIFICATE": "", "DIGLIM_PASSPHRASE_FILE": "", "PATH": "/usr/bin:/bin",
        ]
        environment.merge(variables) { $1 }
        var command = Command(packaging("brp-diglim-parser-list"), [])
        command.environment = environment.map { "\($0.key)=\($0.value)" }
        return try command.run()
    }

    @Test("Runs again with the same result, and replaces what was there")
    func again() throws {
        #expect(try run().status == 0)
        let first = try lists()
        #expect(try run().status == 0)
        #expect(try lists() == first)
        for name in ParserPackage.listNames {
            try Data("an old list".utf8).write(to: URL(fileURLWithPath: "\(listPath)/\(name)"))
        }
        #expect(try run().status == 0)
        #expect(try lists() == first)
        let names = try FileManager.default.contentsOfDirectory(atPath: listPath)
        #expect(Set(names) == Set(ParserPackage.listNames))
    }

    @Test("Signs with a key whose path has blanks")
    func key() throws {
        let key = try X509Key(.rsa2048)
        let folder = try key.directory.makeDirectory("my keys")
        let files = FileManager.default
        try files.copyItem(
            atPath: try key.encryptedKey(passphrase: "a pin"), toPath: "\(folder)/key.pem")
        try files.copyItem(atPath: key.certificatePath, toPath: "\(folder)/a certificate.pem")
        try key.directory.write("a pin", to: "my keys/a pin")
        let outcome = try run([
            "DIGLIM_SIGN_KEY": "\(folder)/key.pem",
            "DIGLIM_SIGN_CERTIFICATE": "\(folder)/a certificate.pem",
            "DIGLIM_PASSPHRASE_FILE": "\(folder)/a pin",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try lists().allSatisfy { try SignedList($0).signature != nil })
    }

    @Test("Passes options on")
    func options() throws {
        #expect(
            try run(["DIGLIM_MKPARSER_LIST_OPTIONS": "--abi v2 --algorithm sha512"]).status == 0)
        let blocks = try lists().flatMap { try ListBlock.blocks(of: $0) }
        #expect(blocks.map(\.type) == [2, 1])
        #expect(blocks.allSatisfy { $0.algorithm == 6 && $0.digests.first?.count == 64 })
    }

    @Test(
        "Makes the lists of what starts the parsers, too, with the same options",
        arguments: ["upload_digest_lists", "watch_digest_lists"])
    func starter(name: String) throws {
        let starter = "\(root)/usr/libexec/diglim/\(name)"
        try FileManager.default.copyItem(
            atPath: "\(root)\(ParserPackage.parser)", toPath: starter)
        let key = try X509Key(.rsa2048)
        let variables = [
            "DIGLIM_MKPARSER_LIST_OPTIONS": "--abi v2 --force --algorithm=sha512 --keyid",
            "DIGLIM_SIGN_KEY": key.keyPath, "DIGLIM_SIGN_CERTIFICATE": key.certificatePath,
        ]
        let path = "\(listPath)/0-file_list-compact-\(name)"
        #expect(try run(variables).status == 0)
        let first = try readFile(path)
        // Again, over the signed list.
        #expect(try run(variables).status == 0)
        #expect(try readFile(path) == first)
        let block = try #require(try SignedList(first).blocks.first)
        #expect(block.type == 2 && block.modifiers == 1 && block.algorithm == 6)
        let sum = try output(of: "sha512sum", starter).prefix(128)
        #expect(block.digests == [bytes(hexadecimal: sum)])
        let shown = try output(of: Program.diglimctl.path, "show", path)
        let parser = try output(
            of: Program.diglimctl.path, "show", "\(listPath)/\(ParserPackage.listNames[0])")
        let signature = { (text: String) in
            text.split(separator: "\n").filter { $0.contains("key") }
        }
        #expect(signature(shown) == signature(parser))
        try output(
            of: Program.diglimctl.path, "verify", "--certificate", key.certificatePath, path)
    }

    @Test("Does nothing in packages that do not ask for it")
    func otherPackages() throws {
        let outcome = try run(["DIGLIM_PARSER_DIR": ""])
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty && outcome.errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: listPath))
    }

    @Test("Never takes the machine for a build root", arguments: ["", "/"])
    func noBuildRoot(path: String) throws {
        let outcome = try run(["RPM_BUILD_ROOT": path])
        #expect(outcome.status == 1)
        #expect(
            outcome.errors
                == "brp-diglim-parser-list: error: RPM_BUILD_ROOT names no build root\n")
    }

    @Test("Old lists stay when new ones cannot be made")
    func failure() throws {
        #expect(try run().status == 0)
        let before = try lists()
        let outcome = try run([
            "DIGLIM_SIGN_KEY": directory.path("nothing"),
            "DIGLIM_SIGN_CERTIFICATE": directory.path("nothing"),
        ])
        #expect(outcome.status == 1)
        #expect(try lists() == before)
    }
}
