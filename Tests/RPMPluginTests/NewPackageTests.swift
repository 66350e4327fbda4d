import BlackBox
import Foundation
import Testing

/// Packages of format 6, whose signatures rpm knows from version 6 on.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator), .needsCorpus)
struct NewPackageTests {
    private let system: ScratchSystem
    private let package =
        Corpus.newPackages + "/rpm-basic-multiple-signatures-2.3.4-5.el9.noarch.rpm"
    private let name = "0-file_list-rpm-rpm-basic-2.3.4-5.el9.noarch"

    init() throws { system = try ScratchSystem() }

    /// Whether this machine's rpm knows the signatures.
    private func rpmKnowsSignatures() throws -> Bool {
        try output(of: "rpm", "--querytags").split(separator: "\n").contains("OPENPGP")
    }

    private func install(_ options: String...) throws -> Outcome {
        let outcome = try system.command(
            ["--dbpath", system.directory.path("db"), "-U", "--justdb", "--nosignature"]
                + options + [package]
        ).run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    /// Makes the list of the package file.
    ///
    /// - Parameter directory: The name of the directory that it goes to.
    private func generate(into directory: String) throws -> [UInt8] {
        try output(
            of: Program.diglimctl.path, "generate", "--output", system.directory.path(directory),
            package)
        return try system.directory.bytes(of: "\(directory)/\(name)")
    }

    private var list: [UInt8] {
        get throws { try system.directory.bytes(of: "lists/\(name)") }
    }

    @Test("The list has the signature that diglimctl takes, or rpm's log says why it has none")
    func signature() throws {
        let whole = try generate(into: "made")
        let outcome = try install()
        if try rpmKnowsSignatures() {
            #expect(outcome.warnings == [])
            #expect(try list == whole)
        } else {
            #expect(
                outcome.warnings == [
                    "rpm-basic-2.3.4-5.el9.noarch: no signature in the digest list, "
                        + "this librpm cannot read the package's"
                ])
            #expect(try whole.starts(with: list))
            #expect(try whole.count - list.count == 154 + 40)
        }
        #expect(try system.emulator.loadedLabels() == [name])
    }

    @Test("A list that was made of the package file stays, also when diglimctl reads the database")
    func listOfPackageFile() throws {
        let whole = try generate(into: "lists")
        #expect(try install().warnings == [])
        #expect(try list == whole)
        #expect(try install("--replacepkgs").warnings == [])
        #expect(try list == whole)
        let command = [
            "generate", "--json", "--output", system.directory.path("lists"), "--rpmdb",
            "--dbpath", system.directory.path("db"),
        ]
        let summary = try output(of: Program.diglimctl.path, command)
        #expect(summary.contains("\"unchanged\" : 1"))
        #expect(summary.contains("\"unsigned\" : 0"))
        #expect(summary.contains("\"key_id\" : \"715619ae2365d909\""))
        #expect(try list == whole)
        // Another header is another package.
        try Data(Array("another".utf8)).write(
            to: URL(fileURLWithPath: system.directory.path("lists/\(name)")))
        try output(of: Program.diglimctl.path, command)
        #expect(try whole.starts(with: list))
    }

    @Test("What the database has lost the package file gives back")
    func databaseAndPackageFile() throws {
        _ = try install("--noplugins")
        let whole = try generate(into: "made")
        let outcome = try runProgram(
            Program.diglimctl.path,
            [
                "generate", "--output", system.directory.path("lists"), "--rpmdb", "--dbpath",
                system.directory.path("db"), package,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(": 1 list written, 0 unchanged, 0 unsigned, 0 failed"))
        #expect(try list == whole)
        let unsigned = outcome.errors.contains("no signature in the database")
        #expect(try unsigned != rpmKnowsSignatures())
    }
}
