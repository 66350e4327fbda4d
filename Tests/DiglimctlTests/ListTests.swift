import BlackBox
import Foundation
import Testing

/// What is told of loaded lists.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct ListTests {
    private let machine: Machine
    private var lists: TemporaryDirectory { machine.lists }

    init() throws { machine = try Machine() }

    @Test("The same as the interface shows", .needsCorpus, arguments: ["v2", "v3"])
    func corpus(abi: String) throws {
        let machine = try Machine(abi: abi)
        try Corpus.generate(into: machine.lists.path)
        try machine.sync()
        let loaded = try machine.emulator.loadedLists()
        let listed = try machine.listed()
        #expect(listed.count == 129)
        #expect(listed.map(\.label) == loaded.map(\.label))
        for (list, expected) in zip(listed, loaded) {
            let blocks = try expected.blocks
            #expect(list.digest == "sha256-" + expected.digest)
            #expect(list.size == expected.bytes.count)
            #expect(
                list.mutable
                    == blocks.filter { !$0.isImmutable }.reduce(0) { $0 + $1.digests.count })
            #expect(
                list.immutable == blocks.filter(\.isImmutable).reduce(0) { $0 + $1.digests.count })
            #expect(list.blocks.map(\.modifiers) == blocks.map { Int($0.modifiers) })
            #expect(expected.hasTail == (list.label != Machine.parserList))
            #expect(list.actions == ["measured", "appraised"])
            let type = list.label == Machine.parserList ? "parser" : "file"
            #expect(list.blocks.allSatisfy { $0.type == type && $0.algorithm == "sha256" })
        }
        // Nothing is hidden from the other commands.
        let known = try Corpus.expected().filter { !$0.isEmpty }
        #expect(listed.compactMap(\.package).sorted() == known.map { $0.name.package }.sorted())
        #expect(try machine.status().well)
    }

    @Test("For people") func text() throws {
        try lists.write(.package(1, mutable: 2, immutable: 11), to: listName("a"))
        try lists.write(.package(2), to: listName("b"))
        try lists.write(.package(2), to: listName("c"))
        try lists.write(
            ListBlock([[UInt8](repeating: 7, count: 32)]).bytes
                + ListBlock(modifiers: 1, algorithm: 6, [[UInt8](repeating: 7, count: 64)]).bytes,
            to: "0-file_list-compact-x")
        try machine.load("0-file_list-compact-x")
        try machine.sync()
        // The kernel has a list only once, and keeps an entry of what it was asked for.
        let list = try machine.lists.bytes(of: "0-file_list-compact-x")
        #expect(machine.emulator.add(list, label: "0-file_list-compact-y") == "EEXIST")
        #expect(
            try machine.run("list").output == """
                PACKAGE OR (LABEL)                  TYPE    HASH           MUT  IMMUT  ACT  SIZE
                (0-file_list-compact-x)             file    sha256+sha512    1      1  ma-   128
                (0-file_list-compact-y)             an empty entry, left over
                a-1-1.noarch                        file    sha256           2     11  ma-   512
                b-1-1.noarch                        file    sha256           1      0  ma-   112
                c-1-1.noarch                        file    sha256           1      0  ma-   112
                (0-parser_list-compact-rpm_parser)  parser  sha256           0      1  ma-    48

                """)
        let empty = try #require(try machine.listed("*-y").first)
        #expect(empty.size == 0)
        #expect(empty.blocks == [])
        #expect(empty.actions == nil)
    }

    @Test func patterns() throws {
        for name in ["ab", "ac", "b"] {
            try lists.write(.package(name.hashValue & 0xffff), to: listName(name))
        }
        try machine.sync()
        func labels(_ patterns: String...) throws -> [String] {
            let outcome = try machine.run("list", ["--json"] + patterns)
            return try outcome.json([ListedList].self).map(\.label)
        }
        #expect(try labels("a*") == [listName("ab"), listName("ac")])
        #expect(try labels("*_list-rpm-*").count == 3)
        #expect(try labels(Machine.parserList) == [Machine.parserList])
        #expect(try labels("[!a]*", "ab-1-1.noarch").count == 4)
        let outcome = try machine.run("list", "b*", "zz*", "a?-1-1.noarch")
        #expect(outcome.status == 1)
        #expect(outcome.output.split(separator: "\n").count == 4)
        #expect(outcome.errors == "diglimctl: zz*: nothing with such a label is loaded\n")
    }

    @Test("Nothing is loaded") func nothing() throws {
        let emulator = try MountedEmulator()
        let outcome = try machine.run("list", [], at: emulator.directory)
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
        #expect(try machine.listed(at: emulator.directory) == [])
    }

    @Test func noInterface() throws {
        let outcome = try machine.run("list", [], at: lists.path("gone"))
        #expect(outcome.status == 1)
        #expect(
            outcome.errors == "diglimctl: no DIGLIM interface at \(lists.path("gone")): "
                + "cannot open the interface's directory: No such file or directory\n")
    }

    @Test("An interface that no kernel has", arguments: [false, true]) func malformed(view: Bool)
        throws
    {
        let copy = try machine.copyInterface()
        let name = try #require(
            try copy.names(in: "digest_lists_loaded").first { $0.hasSuffix(".ascii") == view })
        try copy.write("nothing of use", to: "digest_lists_loaded/\(name)")
        for command in ["list", "status"] {
            let outcome = try machine.run(command, [], at: copy.path)
            #expect(outcome.status == 1)
            #expect((outcome.output + outcome.errors).contains("does not"))
            #expect((outcome.output + outcome.errors).contains(Machine.parserList))
        }
    }

    @Test("A terminal must not obey what is in a label") func hostileLabel() throws {
        let name = "0-file_list-compact-\u{1b}[2J\u{202e} (actions: 7): x"
        try lists.write(ListBlock([[UInt8](repeating: 7, count: 32)]).bytes, to: name)
        try machine.load(name)
        let digest = String(repeating: "07", count: 32)
        for arguments in [["list"], ["query", digest], ["status"]] {
            if arguments == ["status"] { try lists.remove(name) }
            let outcome = try machine.run(arguments[0], Array(arguments.dropFirst()))
            #expect(outcome.output.contains("compact-\\u{1b}[2J\\u{202e} (actions: 7): x"))
            let harmless = outcome.output.unicodeScalars.allSatisfy {
                $0 == "\n" || (0x20..<0x7f).contains($0.value)
            }
            #expect(harmless)
        }
        let answer = try #require(try machine.queried(digest).first)
        #expect(answer.digests.first?.lists.first?.actions == ["measured", "appraised"])
    }

    @Test("On a terminal of 80 columns", .enabled(if: hasTerminals)) func terminal() throws {
        let name = listName(String(repeating: "long", count: 20))
        try lists.write(.package(1), to: name)
        try lists.write(.package(1), to: listName("twin"))
        try machine.sync()
        let program = [Program.diglimctl.path, "list", "--interface", machine.emulator.directory]
        let lines = try shownOnTerminal(program).split(whereSeparator: \.isNewline)
        let plain = lines.map { $0.replacing(/\u{1b}\[[0-9]*m/, with: "") }
        #expect(lines.first?.contains("\u{1b}[1m") == true)
        #expect(plain.count == 4)
        #expect(plain.allSatisfy { $0.count <= 80 }, "\(plain)")
        #expect(
            plain.contains {
                $0.hasPrefix("longlong") && $0.contains("…") && $0.contains("g-1-1.noarch  ")
            })
        let wide = try shownOnTerminal(program, columns: 300)
        #expect(!wide.contains("…"))
        #expect(!(try machine.run("list").output.contains("\u{1b}")))
    }
}

extension String {
    fileprivate var package: String { String(dropFirst("0-file_list-rpm-".count)) }
}

/// Whether there is a program that gives others a terminal.
let hasTerminals = (try? runProgram("script", ["--version"]).status) == 0
