import BlackBox
import Foundation
import Testing

/// The folder of examples, and what is said of it.
enum Examples {
    /// Its path.
    static let path = "\(WorkTree.path)/examples"

    /// The paths of its files in it.
    static func names(in folder: String = path) throws -> [String] {
        try output(of: "find", folder, "-type", "f", "-printf", "%P\n")
            .split(separator: "\n").map(String.init).sorted()
    }

    /// The text of an example.
    static func text(_ name: String) throws -> String {
        String(decoding: try readFile("\(path)/\(name)"), as: UTF8.self)
    }

    /// The text of a document of this project.
    static func document(_ name: String) throws -> String {
        String(decoding: try readFile("\(WorkTree.path)/\(name)"), as: UTF8.self)
    }
}

/// The examples are what the documentation says, and do what they say.
@Suite("Examples")
struct ExampleTests {
    @Test("Each is named in the documentation, and each that it names is there")
    func named() throws {
        let documents = try FileManager.default.contentsOfDirectory(atPath: "\(WorkTree.path)/docs")
            .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        let text = try (documents + ["README.md"]).map(Examples.document).joined()
        let named = text.matches(of: /examples\/([a-z]+\/[\w.-]*\w)/).map { String($0.1) }
        #expect(try Set(named).sorted() == Examples.names())
        // Where a link leads to is there, from the document.
        for document in documents {
            for link in try Examples.document(document).matches(of: /\]\((\.\.\/examples\/[^)]*)\)/)
            {
                #expect(
                    access("\(WorkTree.path)/docs/\(link.1)", R_OK) == 0, "\(document): \(link.1)")
            }
        }
    }

    @Test("Installed with the documentation, and packaged", .needsBuiltTree, .needsStripping)
    func installed() throws {
        let directory = try TemporaryDirectory()
        try WorkTree.install(in: directory.path)
        let folder = directory.path("usr/share/doc/diglim-parser/examples")
        #expect(try Examples.names(in: folder) == Examples.names())
        for name in try Examples.names() {
            #expect(try readFile("\(folder)/\(name)") == readFile("\(Examples.path)/\(name)"))
        }
        let documents = try SpecBuild.packages.get().query(SpecBuild.parser, "--docfiles")
        let packaged = documents.matches(of: /(?m)\/examples\/(.*\..*)$/).map { String($0.1) }
        #expect(try packaged.sorted() == Examples.names())
    }

    @Test("The shell understands dracut's configuration")
    func dracut() throws {
        let outcome = try runProgram(
            "bash",
            [
                "-c",
                ". \"$1\" && echo \"$diglim_certificate$omit_dracutmodules\"", "bash",
                "\(Examples.path)/dracut/60-distribution.conf",
            ])
        #expect(outcome.errors == "")
        #expect(outcome.output == "/etc/keys/x509_ima.der squash \n")
    }

    @Test("The drop-in for the enforcer belongs where it says, and leaves no path of the kernel's")
    func enforcer() throws {
        let example = try Examples.text("systemd/enforcer.conf")
        let path = "/etc/systemd/system/diglim-parser.service.d/enforcer.conf"
        #expect(example.hasPrefix("# \(path):"))
        let unit = try Examples.document("systemd/diglim-parser.service")
        // All that names the kernel's interface, but for what is only allowed to be written.
        for line in unit.split(separator: "\n") where !line.hasPrefix("#") {
            guard line.contains("security/integrity/diglim"), !line.hasPrefix("\t") else {
                continue
            }
            let name = try #require(line.split(separator: "=").first)
            #expect(example.contains("\n\(name)="), "\(name)")
            if name != "ReadWritePaths" { #expect(example.contains("\n\(name)=\n"), "\(name)") }
        }
        #expect(example.contains("\nExecStart=\nExecStart="))
        #expect(example.contains("\nExecStartPre=\nExecStartPre="))
    }

    @Test(
        "The unit has no mistakes with the drop-in, and what it sets is set",
        .needsInstalled("systemd-analyze"), .needsBuiltTree)
    func dropIn() throws {
        let root = try TemporaryDirectory()
        try WorkTree.install(in: root.path)
        try output(
            of: "cp", "--archive", "--no-clobber", "/lib/systemd/system/.",
            try root.makeDirectory("usr/lib/systemd/system"))
        try output(of: "cp", "/bin/kill", "/bin/sh", try root.makeDirectory("bin"))
        let unit = "diglim-parser.service"
        let path = "etc/systemd/system/\(unit).d"
        try root.makeDirectory(path)
        let example = try Examples.text("systemd/slow-tpm.conf")
        // Where it says that it belongs.
        #expect(example.hasPrefix("# /\(path)/slow-tpm.conf:"))
        let verify = { (text: String) in
            try root.write(text, to: "\(path)/slow-tpm.conf")
            return try runProgram(
                "systemd-analyze", ["verify", "--man=no", "--root=\(root.path)", unit])
        }
        let outcome = try verify(example)
        #expect(outcome.status == 0)
        #expect(outcome.output + outcome.errors == "")
        // What systemd does not know, or cannot read, it tells.
        let name = try verify(example.replacing("TimeoutStartSec", with: "TimeoutStart"))
        #expect(name.errors.contains("'TimeoutStart'"))
        let value = try verify(example.replacing("20min", with: "20 cups"))
        #expect(value.errors.contains("20 cups"))
    }

    @Test(
        "The spec builds a package, signed with the key that is named, or not",
        .needs(.mkparserList, .diglimctl), .needsStripping, arguments: [true, false])
    func spec(isSigned: Bool) throws {
        let directory = try TemporaryDirectory()
        let scripts = try BuildRootScripts(in: directory)
        let top = try directory.makeDirectory("rpmbuild")
        let sources = try directory.makeDirectory("rpmbuild/SOURCES")
        try directory.makeDirectory("example-parser-1.0")
        try directory.write(
            "int main(void) { return 0; }", to: "example-parser-1.0/example_parser.c")
        try output(
            of: "tar", "-czf", "\(sources)/example-parser-1.0.tar.gz", "-C", directory.path,
            "example-parser-1.0")
        let key = try X509Key(.rsa2048)
        var macros = [
            "_topdir \(top)", "_tmppath \(top)",
            "__diglim_mkparser_list \(Program.mkparserList.path)",
            "__brp_diglim_parser_list \(scripts.parserList)",
        ]
        if isSigned {
            macros += [
                "diglim_sign_key \(key.keyPath)",
                "diglim_sign_certificate \(key.certificatePath)",
            ]
        }
        let options =
            ["--undefine", "suse_version", "--load", packaging("macros.diglim")]
            + macros.flatMap { ["--define", $0] } + ["\(Examples.path)/rpm/example-parser.spec"]
        let parsed = try output(of: "rpmspec", ["-P"] + options)
        #expect(!parsed.contains("%diglim") && !parsed.contains("%{diglim"))
        var command = Command("rpmbuild", ["-bb", "--nodeps"] + options)
        command.environment = [
            "PATH=\(Program.folder ?? ""):/usr/bin:/bin", "HOME=\(top)", "LC_ALL=C.UTF-8",
        ]
        let outcome = try command.run(atMost: 600)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")

        let file = try output(of: "find", top, "-name", "example-parser-1.0-1.*.rpm")
        let package = try ParserPackage(String(file.dropLast()), in: directory)
        let digest = sha256(try readFile("\(package.root)/usr/libexec/diglim/example_parser"))
        for (kind, type) in [("file", 1), ("parser", 0)] as [(String, UInt16)] {
            let list = try package.list("0-\(kind)_list-compact-example_parser")
            #expect(
                try list.blocks == [
                    ListBlock(type: type, modifiers: 1, [bytes(hexadecimal: digest)])
                ])
            #expect((list.signature != nil) == isSigned)
        }
        let verify = try runProgram(
            Program.diglimctl.path,
            ["verify", "--certificate", key.certificatePath]
                + FileManager.default.contentsOfDirectory(atPath: package.listPath)
                .map { "\(package.listPath)/\($0)" })
        #expect((verify.status == 0) == isSigned)
        let script = try output(of: "rpm", "-qp", "--nosignature", "--scripts", package.path)
        #expect(script.contains("add-compact"))
    }
}
