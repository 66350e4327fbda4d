import BlackBox
import Foundation
import Testing

/// What is converted, under which names, and how the command line is taken.
@Suite(.needs(.diglimctl))
struct ConvertTests {
    private let directory: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    private func convert(_ arguments: String...) throws -> (Outcome, ConvertResult) {
        try ConvertResult.of(arguments, in: output)
    }

    @Test("Position, type and name stay, and only digest lists are taken of a directory")
    func names() throws {
        let names = ["00-file_list-rpm-a", "002-metadata_list-rpm-b-c", "10-parser_list-rpm-d"]
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        for name in ["README", "0-file_list-compact-x", "0-file_list-rpmx-x", "0-file_list-rpm-"] {
            try directory.write([0], to: name)
        }
        try directory.makeDirectory("more")
        try directory.write(.package(9), to: "more/0-file_list-rpm-deep")
        let (outcome, result) = try convert(directory.path)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let expected = names.map { $0.replacing("-rpm-", with: "-compact-") }
        #expect(result.lists.map(\.name) == expected)
        for (seed, name) in expected.enumerated() {
            // The parser's upload, whose label is the name of its own list.
            let upload = compactList(seed).upload(label: names[seed])
            #expect(try output.bytes(of: name) == upload)
        }
        #expect(try output.names() == expected.sorted())
    }

    @Test("By position as a number, then by the bytes of their names, wherever they are")
    func order() throws {
        let names = [
            "0-file_list-rpm-B", "0-file_list-rpm-a", "00-file_list-rpm-a", "1-file_list-rpm-z",
            "002-file_list-rpm-a", "10-file_list-rpm-a", "18446744073709551616-file_list-rpm-a",
        ]
        try directory.makeDirectory("one")
        try directory.makeDirectory("two")
        for (seed, name) in names.enumerated().shuffled() {
            try directory.write(.package(seed), to: "\(seed % 2 == 0 ? "one" : "two")/\(name)")
        }
        let outcome = try Diglimctl.run(
            "convert", "--output", output.path, "--combine", "all", "--position", "7",
            directory.path("two"), directory.path("one"))
        #expect(
            outcome.output == """
                \(output.path): 7 converted (7 mutable and 0 immutable digests), \
                1 list written, 0 unchanged, 0 empty, 0 failed

                """)
        #expect(
            try output.bytes(of: "7-file_list-compact-all")
                == names.indices.flatMap { compactList($0) }
                .upload(label: "7-file_list-compact-all"))
    }

    @Test("The tail of the one list has the algorithm of the last", arguments: [false, true])
    func mixedAlgorithms(isLast: Bool) throws {
        try directory.write(.package(1), to: listName("b"))
        let name = listName(isLast ? "c" : "a")
        let file = PackagedFile(digest: String(repeating: "07", count: 64))
        try directory.write(HeaderWriter(of: [file], algorithm: 10), to: name)
        #expect(try convert("--combine", "all", directory.path).0.status == 0)
        let other = ListBlock(algorithm: 6, [[UInt8](repeating: 7, count: 64)])
        let blocks = isLast ? compactList(1) + [other] : [other] + compactList(1)
        let list = try output.bytes(of: "0-file_list-compact-all")
        #expect(
            list == blocks.flatMap(\.bytes)
                + uploadTail(of: "0-file_list-compact-all", algorithm: isLast ? 6 : 4))
    }

    @Test("A list that the parser uploads in parts is one file", .needs(.parser, .emulator))
    func large() throws {
        try directory.write(.package(1, mutable: 140_000, immutable: 10_000), to: listName("a"))
        #expect(try convert(directory.path).0.status == 0)
        let whole = try output.bytes(of: listName("a").replacing("-rpm-", with: "-compact-"))
        let blocks = compactList(1, mutable: 140_000, immutable: 10_000)
        #expect(whole == blocks.upload(label: listName("a")))
        let emulator = try MountedEmulator()
        try BlackBox.output(
            of: Program.parser.path, "--interface", emulator.directory, "add", directory.path)
        let loaded = try emulator.loadedLists()
        let parts = try emulator.added().map { upload in
            try #require(loaded.first { $0.digest == upload.digest }).blocks
        }
        // The parts repeat headers and the tail, and nothing else.
        #expect(parts.count == 3)
        for modifiers: UInt16 in [0, 1] {
            let digests = parts.joined().filter { $0.modifiers == modifiers }.flatMap(\.digests)
            let block = try ListBlock.blocks(of: whole).first { $0.modifiers == modifiers }
            #expect(block?.digests == digests)
        }
    }

    @Test(arguments: [
        [], ["--output", "o"], ["x"], ["--output", "o", "--combine", "a b", "x"],
        ["--output", "o", "--combine", "a/b", "x"], ["--output", "o", "--position", "1", "x"],
        ["--output", "o", "--combine", "c", "--position", "x", "x"],
        ["--output", "o", "--abi", "v4", "x"], ["--output", "o", "--frobnicate", "x"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        var command = Command(Program.diglimctl.path, ["convert"] + arguments)
        command.workingDirectory = output.path
        let outcome = try command.run()
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.last == "Try 'diglimctl convert --help'.")
        #expect(try output.names() == [])
    }

    @Test func help() throws {
        let help = try Diglimctl.run("convert", "--help")
        #expect(help.status == 0)
        #expect(help.output.hasPrefix("Usage: diglimctl convert "))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
