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

    /// The digests of lists one behind the other, those of files that may change first.
    private func digests(
        of names: [String], in directory: TemporaryDirectory
    ) throws -> [UInt8] {
        var digests: [[UInt8]] = [[], []]
        for name in names {
            var rest = try directory.bytes(of: name)[...]
            while !rest.isEmpty {
                let header = Array(rest.prefix(16))
                let size = header[12...].reversed().reduce(0) { $0 << 8 | Int($1) }
                // Blocks without digests are of the tail.
                if size > 0 { digests[Int(header[4])] += rest.dropFirst(16).prefix(size) }
                rest = rest.dropFirst(16 + size)
            }
        }
        return digests[0] + digests[1]
    }

    /// Has a kernel read the lists by their paths, each of which has to be small enough.
    ///
    /// - Returns: The number of digests that it has then.
    private func load(_ names: [String]) throws -> Int? {
        let emulator = try MountedEmulator()
        for name in names {
            let list = try output.bytes(of: name)
            #expect(list.count < 4 << 20)
            #expect(Array(list.suffix(64)) == uploadTail(of: name))
            #expect(emulator.add(Array(output.path(name).utf8)) == "ok", "\(name)")
        }
        return Int(try emulator.counts()[1])
    }

    @Test("What is too large for the kernel becomes parts that it reads", .needs(.emulator))
    func parts() throws {
        try directory.write(.package(1, mutable: 132_000, immutable: 1000), to: listName("a"))
        try directory.write(.package(2, mutable: 1, immutable: 2), to: listName("b"))
        let whole = "0-file_list-compact-a-1-1.noarch"
        let small = "0-file_list-compact-b-1-1.noarch"
        let singles = ["\(whole).part1of2", "\(whole).part2of2"]
        let (outcome, result) = try convert(directory.path)
        #expect(outcome.status == 0)
        #expect(result.converted == 2)
        #expect(result.lists.map(\.name) == singles + [small])
        #expect(result.lists.map { $0.mutable + $0.immutable } == [131_069, 1931, 3])
        #expect(result.mutable == 132_001)
        #expect(result.immutable == 1002)
        #expect(try output.names() == singles + [small])
        let blocks = compactList(1, mutable: 132_000, immutable: 1000)
        let expected = blocks.flatMap { Array($0.bytes.dropFirst(16)) }
        #expect(try digests(of: singles, in: output) == expected)
        #expect(try load(singles) == 133_000)

        // All in one, where there were other parts before.
        let all = try digests(of: singles + [small], in: output)
        let names = (1...2).map { "3-file_list-compact-all.part\($0)of2" }
        for name in ["3-file_list-compact-all", "3-file_list-compact-all.part2of3"] {
            try output.write("old", to: name)
        }
        try output.write("other", to: "3-file_list-compact-all.parts1of2")
        let combined = try convert("--combine", "all", "--position", "3", directory.path).1
        #expect(combined.converted == 2)
        #expect(combined.written == 2)
        #expect(combined.removed == 2)
        #expect(
            try output.names() == singles + [small] + names + ["3-file_list-compact-all.parts1of2"])
        #expect(try digests(of: names, in: output) == all)
        #expect(try load(names) == 133_003)
        let again = try convert("--combine", "all", "--position", "3", directory.path).1
        #expect(again.unchanged == 2)
        #expect(again.removed == 0)

        // More than nine, whose numbers are of the same length.
        for number in 0..<8 {
            link(directory.path(listName("a")), directory.path(listName("\(number)")))
        }
        let many = try convert("--combine", "all", "--position", "3", directory.path).1
        let ends = (1...9).map { "part0\($0)of10" } + ["part10of10"]
        #expect(many.lists.map(\.name) == ends.map { "3-file_list-compact-all.\($0)" })
        #expect(many.removed == 2)

        // Of a smaller list no part stays.
        for number in 0..<8 { try directory.remove(listName("\(number)")) }
        try directory.write(.package(3), to: listName("a"))
        #expect(try convert(directory.path).1.removed == 2)
        #expect(try output.bytes(of: whole) == compactList(3).upload(label: listName("a")))
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
