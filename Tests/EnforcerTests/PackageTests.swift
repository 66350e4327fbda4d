import BlackBox
import Foundation
import Testing

/// The lists of packages, by the signatures of those who have made them.
@Suite(
    .needs(.enforcer, .diglimctl, .parser, .emulator),
    .enabled(if: SigningKey.isPossible, "no rpmbuild, rpmsign or gpg"))
struct PackageTests {
    private let directory: TemporaryDirectory
    private let lists: TemporaryDirectory
    private let keys: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        (lists, keys) = (try TemporaryDirectory(), try TemporaryDirectory())
    }

    private func package(_ name: String) throws -> BuiltPackage {
        try BuiltPackage(
            name, in: directory,
            script:
                "mkdir -p .\(directory.path)/files; echo \(name) >.\(directory.path)/files/\(name)",
            files: "%attr(0755, -, -) \(directory.path)/files/*")
    }

    private func generate(_ package: BuiltPackage) throws {
        try output(
            of: Program.diglimctl.path, "generate", "--output", lists.path, package.path)
    }

    @Test("All that the parser uploads of signed lists counts, and is what an emulator gets")
    func all() throws {
        let (signer, key) = (try SigningKey(), try X509Key(.rsa2048))
        try keys.write(signer.exported(), to: "packages")
        try keys.write(readFile(key.certificateDERPath), to: "others")
        for name in ["one", "two"] {
            let package = try package(name)
            try signer.sign(package)
            try generate(package)
        }
        let compact = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes
        try lists.write(compact, to: "0-file_list-compact-x")
        try lists.write(HeaderWriter.package(1, mutable: 2, immutable: 2), to: "0-file_list-rpm-y")
        try key.sign([lists.path("0-file_list-compact-x"), lists.path("0-file_list-rpm-y")])
        try expectAllCount(4)
    }

    private func expectAllCount(_ count: Int) throws {
        let run = try DryRun(lists, keys: keys)
        #expect(try run.parse("add", lists.path).status == 0)
        let emulator = try MountedEmulator()
        try output(of: Program.parser.path, "--interface", emulator.directory, "add", lists.path)
        try addCompact(run.interface)
        try addCompact(emulator)
        let loaded = try run.interface.loadedLists()
        #expect(loaded == (try emulator.loadedLists()))
        #expect(loaded.count == count)
        #expect(try run.interface.actions().values.allSatisfy { $0 == [2] })
        #expect(try run.interface.counts() == emulator.counts())
        // None of the lists' files need be there to take them away again.
        let paths = try lists.names().filter { $0.contains("-rpm-") }.map { lists.path($0) }
        for name in try lists.names() { try lists.remove(name) }
        let removal = try runProgram(
            Program.parser.path, ["--interface", run.interface.directory, "del"] + paths)
        #expect(removal.status == 0, "\(removal.errors)")
        let left = try run.interface.loadedLabels().filter { !$0.contains("-compact-") }
        #expect(left.isEmpty)
        #expect(try run.end().errors == "")
    }

    /// Has compact lists loaded, as what starts parsers does.
    private func addCompact(_ interface: MountedEmulator) throws {
        try output(
            of: Program.uploader.path, "add-compact", "--interface", interface.directory,
            lists.path)
    }

    @Test("Those of a distribution, by its key", .needsCorpus)
    func corpus() throws {
        try Corpus.generate(into: lists.path)
        try keys.write(readFile(Corpus.database + "/rpm-gpg-key.asc"), to: "key")
        try expectAllCount(Corpus.expected().filter { !$0.isEmpty }.count)
    }

    @Test("By the key of somebody else none counts, and each is told", .needsCorpus)
    func otherKey() throws {
        try Corpus.generate(into: lists.path)
        try keys.write(SigningKey().exported(), to: "key")
        let run = try DryRun(lists, keys: keys)
        #expect(try run.parse("add", lists.path).status == 0)
        let actions = try run.interface.actions()
        #expect(actions.values.allSatisfy { $0 == [0] })
        #expect(try actions.count == Corpus.expected().filter { !$0.isEmpty }.count)
        let outcome = try run.end()
        for label in actions.keys {
            let start = "diglim-enforcer: \(label): warning: does not count: key "
            #expect(
                outcome.errorLines.contains {
                    $0.hasPrefix(start) && $0.hasSuffix(" is not among those given")
                }, "\(label)")
        }
    }

    @Test("rpm -i of a signed package and of an unsigned one, and rpm -e", .needs(.rpmPlugin))
    func plugin() throws {
        let signer = try SigningKey()
        try keys.write(signer.exported(), to: "key")
        let run = try DryRun(lists, keys: keys)
        func rpm(_ arguments: String...) throws -> Outcome {
            let macros = [
                "__plugindir": Program.folder ?? "",
                "__transaction_diglim": Program.rpmPlugin.path,
                "_digest_list_dir": lists.path, "_digest_list_parser": Program.parser.path,
                "_digest_list_interface": run.interface.directory,
            ]
            let options =
                macros.sorted { $0.key < $1.key }.flatMap { ["--define", "\($0.key) \($0.value)"] }
                + InstalledRPM.transactionOptions + ["--nodeps", "--dbpath", directory.path("db")]
            var command = Command("rpm", options + arguments)
            command.environment = [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(directory.path)", "LC_ALL=C.UTF-8",
            ]
            return try command.run()
        }
        let (signed, unsigned) = (try package("signed"), try package("unsigned"))
        try signer.sign(signed)
        #expect(try rpm("-i", signed.path).status == 0)
        #expect(try rpm("-i", unsigned.path).status == 0)
        #expect(
            try run.interface.actions() == [signed.listName: [2], unsigned.listName: [0]])
        #expect(try rpm("-e", "signed", "unsigned").status == 0)
        #expect(try run.interface.loadedNames().isEmpty)
        let outcome = try run.end()
        #expect(
            outcome.errors
                == "diglim-enforcer: \(unsigned.listName): warning: does not count: not signed\n")
    }
}
