import BlackBox
import Foundation
import Testing

/// A machine whose image has one list for all packages, made, signed and loaded as documented.
@Suite(.needs(.diglimctl, .parser, .uploader, .emulator), .needsCorpus)
struct CombinedListTests {
    private static let list = "0-file_list-compact-image"

    private let machine: Machine
    private var lists: TemporaryDirectory { machine.lists }

    init() throws {
        machine = try Machine()
        let packages = try lists.makeDirectory("packages")
        try Corpus.generate(into: packages)
        let key = try X509Key(.rsa2048)
        for command in [
            ["convert", "--combine", "image", "--output", lists.path, packages],
            [
                "sign", "--key", key.keyPath, "--certificate", key.certificatePath,
                lists.path(Self.list),
            ],
        ] {
            try #require(try Diglimctl.run(command).status == 0)
        }
        try addCompact()
    }

    /// Has the kernel read the compact lists, as the service does before it starts the parser.
    private func addCompact() throws {
        try output(
            of: Program.uploader.path, "add-compact", "--interface", machine.emulator.directory,
            lists.path)
    }

    /// The packages of the corpus that have digests.
    private func packages() throws -> [String] {
        try Corpus.expected().filter { !$0.isEmpty }
            .map { String($0.name.dropFirst("0-file_list-rpm-".count)) }.sorted()
    }

    @Test("Nothing is loaded twice, and status says what the list has")
    func status() throws {
        let loaded = [Self.list, Machine.parserList]
        #expect(try machine.emulator.loadedLabels() == loaded)
        try machine.sync()
        try addCompact()
        #expect(try machine.emulator.operations().map(\.result) == ["ok", "ok"])
        #expect(try machine.emulator.loadedLabels() == loaded)

        let expected = try Corpus.expected()
        let digests = expected.reduce(0) { $0 + $1.mutable + $1.immutable }
        let status = try machine.status()
        #expect(status.well)
        let list = StatusResult.Combined.List(
            label: Self.list, parts: 1, digests: digests, unknown: 0, packages: try packages())
        #expect(status.combined == .init(lists: [list], lacking: []))
        #expect(
            try machine.run("status").output.contains(
                "combined   \(Self.list): \(digests) digests, of 128 packages\n"))

        // Packages that came later: one that is loaded by itself, and one that nobody has loaded.
        try lists.write(.package(1), to: listName("later"))
        try lists.write(.package(2), to: "packages/\(listName("unknown"))")
        try machine.sync()
        #expect(try machine.emulator.loadedLabels() == (loaded + [listName("later")]).sorted())
        let later = try machine.status()
        #expect(later.problems == ["lacking"])
        #expect(later.combined == .init(lists: [list], lacking: ["unknown-1-1.noarch"]))
        let text = try machine.run("status").output
        #expect(text.contains("  lacking  unknown-1-1.noarch: not all of its digests are there\n"))
        #expect(text.contains("not all is well: 1 lacking\n"))
    }

    @Test("Which package a digest is from, by the lists or the database", arguments: [true, false])
    func query(hasLists: Bool) throws {
        let package = "bash-5.1.8-1.cm2.x86_64"
        let shown = try #require(
            try Diglimctl.run(
                "show", "--json", "--digests", lists.path("packages/0-file_list-rpm-\(package)")
            ).json([ShownList].self).first?.digests)
        if !hasLists { try lists.remove("packages") }
        let place = hasLists ? "/nonexistent" : Corpus.database
        let outcome = try machine.run(
            "query", ["--json", "--dbpath", place] + shown.map(\.digest))
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        let answers = try outcome.json([QueriedOperand].self)
        #expect(answers.count == 61)
        for answer in answers {
            for list in answer.digests.flatMap(\.lists) {
                #expect(list.label == Self.list)
                #expect(list.package == nil)
                #expect(list.packages?.contains(package) == true)
            }
        }
        let digest = try #require(shown.last { $0.immutable }).digest
        #expect(
            try machine.run("query", "--dbpath", place, digest).output == """
                \(digest): known, immutable
                  immutable    sha256  \(package) (\(Self.list))

                """)
    }
}
