import BlackBox
import Foundation
import Testing

/// What the kernel knows.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct QueryTests {
    private let machine: Machine
    private let directory: TemporaryDirectory
    private var lists: TemporaryDirectory { machine.lists }

    init() throws {
        machine = try Machine()
        directory = try TemporaryDirectory()
    }

    /// Has the kernel know a file.
    ///
    /// - Parameter tool: What prints the digest.
    private func load(
        _ path: String, as name: String, mode: UInt16 = 0o100644, tool: String = "sha256sum",
        algorithm: UInt32 = 8
    ) throws {
        let digest = try #require(try output(of: tool, path).split(separator: " ").first)
        let file = PackagedFile(mode: mode, digest: String(digest))
        try lists.write(HeaderWriter(of: [file], algorithm: algorithm), to: listName(name))
        try machine.sync()
    }

    @Test("Digests of the corpus", .needsCorpus, arguments: ["v2", "v3"])
    func corpus(abi: String) throws {
        let machine = try Machine(abi: abi)
        try Corpus.generate(into: machine.lists.path)
        try machine.sync()
        let name = "0-file_list-rpm-bash-5.1.8-1.cm2.x86_64"
        let shown = try #require(
            try Diglimctl.run("show", "--json", "--digests", machine.lists.path(name))
                .json([ShownList].self).first?.digests)
        let outcome = try machine.run("query", ["--json"] + shown.map(\.digest))
        #expect(outcome.status == 0)
        let answers = try outcome.json([QueriedOperand].self)
        #expect(answers.count == 61)
        for (answer, digest) in zip(answers, shown) {
            #expect(answer.operand == digest.digest)
            #expect(answer.known)
            #expect(answer.packages.contains("bash-5.1.8-1.cm2.x86_64"))
            let list = try #require(answer.digests.first?.lists.first { $0.label == name })
            #expect(list.immutable == digest.immutable)
            #expect(list.modifiers == (digest.immutable ? 1 : 0))
            #expect(list.type == "file")
            #expect(answer.immutable || !digest.immutable)
        }
    }

    @Test("Files, in every algorithm that is loaded") func files() throws {
        let program = try directory.write("program", to: "program")
        let text = try directory.write("text", to: "text")
        try load(program, as: "a", mode: 0o100755)
        try load(text, as: "b", tool: "sha512sum", algorithm: 10)
        try load(text, as: "c", tool: "md5sum", algorithm: 1)
        let answers = try machine.queried(program, text, try directory.write("x", to: "unknown"))
        #expect(answers.map(\.known) == [true, true, false])
        #expect(answers.map(\.immutable) == [true, false, false])
        #expect(
            answers.map(\.packages) == [["a-1-1.noarch"], ["c-1-1.noarch", "b-1-1.noarch"], []])
        for (answer, path) in zip(answers, [program, text]) {
            #expect(answer.digests.map(\.algorithm) == ["sha256", "md5", "sha512"])
            for digest in answer.digests {
                let known = try output(of: digest.algorithm + "sum", path)
                #expect(known.hasPrefix(digest.digest + " "))
            }
        }
        #expect(
            try machine.run("query", program, text, directory.path("unknown")).output == """
                \(program): known, immutable
                  immutable    sha256  a-1-1.noarch
                \(text): known, mutable
                  mutable      md5  c-1-1.noarch
                  mutable      sha512  b-1-1.noarch
                \(directory.path("unknown")): not known (sha256, md5, sha512)

                """)
    }

    @Test("From two packages, which do not agree") func twoPackages() throws {
        let path = try directory.write("both", to: "both")
        try load(path, as: "a")
        try load(path, as: "b", mode: 0o100755)
        let answer = try #require(try machine.queried(path).first)
        #expect(answer.immutable)
        #expect(Set(answer.packages) == ["a-1-1.noarch", "b-1-1.noarch"])
        #expect(Set(answer.digests[0].lists.map(\.immutable)) == [true, false])
    }

    @Test("Digests, with and without their algorithm") func digests() throws {
        let digest = madeUpDigest(0xabc)
        try lists.write(.package(0xabc), to: listName("a"))
        try machine.sync()
        let forms = [
            digest, "sha256-\(digest)", digest.uppercased(), "sha256-\(digest.uppercased())",
        ]
        for form in forms {
            #expect(try machine.queried(form).map(\.packages) == [["a-1-1.noarch"]])
        }
        // The same size, another algorithm.
        #expect(try machine.queried("sm3-\(digest)").map(\.known) == [false])
        #expect(try machine.queried(madeUpDigest(1)).map(\.known) == [false])
        // No list has such digests.
        let short = String(digest.prefix(40))
        #expect(try machine.queried(short).first?.digests == [])
        #expect(
            try machine.run("query", short).output
                == "\(short): not known: no such digests are loaded\n")
    }

    @Test("Two algorithms of the same size") func sameSize() throws {
        let digest = [UInt8](repeating: 7, count: 32)
        let name = "0-file_list-compact-sm3"
        try lists.write(ListBlock(algorithm: 17, [digest]).bytes, to: name)
        try machine.load(name)
        let answer = try #require(try machine.queried(hexadecimal(digest)).first)
        #expect(answer.digests.map(\.algorithm) == ["sha256", "sm3"])
        #expect(answer.digests.map { $0.lists.map(\.label) } == [[], [name]])
    }

    @Test("A file that is named like a digest") func fileNamedLikeDigest() throws {
        let name = madeUpDigest(1)
        let path = try directory.write("text", to: name)
        try load(path, as: "a")
        var command = Command(
            Program.diglimctl.path,
            ["query", "--interface", machine.emulator.directory, "--json", "./\(name)", name])
        command.workingDirectory = directory.path
        let answers = try command.run().json([QueriedOperand].self)
        #expect(answers.map(\.known) == [true, false])
    }

    @Test("What is neither", arguments: ["gone", "sha256-12", "sha256-", "-", "xyz-00"])
    func noFile(operand: String) throws {
        let outcome = try machine.run("query", "--json", "--", operand, madeUpDigest(1))
        #expect(outcome.status == 1)
        #expect(outcome.errors == "diglimctl: \(operand): No such file or directory\n")
        let answers = try outcome.json([QueriedOperand].self)
        #expect(answers.map(\.error) == ["No such file or directory", nil])
    }

    @Test func notAFile() throws {
        let outcome = try machine.run("query", directory.path, "/dev/null", "/proc/self/status")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors == """
                diglimctl: \(directory.path): not a regular file
                diglimctl: /dev/null: not a regular file
                diglimctl: /proc/self/status: not of the size that its status says

                """)
    }

    @Test("Parsers and digest lists", arguments: ["v2", "v3"]) func otherTypes(abi: String) throws {
        let machine = try Machine(abi: abi)
        let list = machine.lists.path(Machine.parserList)
        let answers = try machine.queried(machine.parser, list)
        #expect(
            answers.map { $0.digests.flatMap(\.lists).map(\.type) } == [
                ["parser"], ["digest_list"],
            ])
        let text = try machine.run("query", machine.parser, list).output
        #expect(
            text == """
                \(machine.parser): known, but not as a file
                  parser       sha256  (\(Machine.parserList))
                \(list): known, but not as a file
                  digest list  sha256  (\(Machine.parserList))

                """)
    }

    @Test("While somebody else has the interface open") func busy() throws {
        let machine = try Machine()
        let descriptor = machine.emulator.open("digest_query", O_RDONLY)
        try #require(descriptor >= 0)
        let program = try Command(
            Program.diglimctl.path,
            ["query", "--interface", machine.emulator.directory, machine.parser]
        ).start()
        usleep(200_000)
        close(descriptor)
        #expect(try program.outcome().status == 0)
    }

    @Test("An algorithm that libcrypto lacks") func unsupported() throws {
        let name = "0-file_list-compact-tiger"
        try lists.write(
            ListBlock(algorithm: 16, [[UInt8](repeating: 7, count: 24)]).bytes, to: name)
        try machine.load(name)
        let outcome = try machine.run("query", machine.parser)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "diglimctl: \(machine.parser): libcrypto does not have tgr192\n")
        let digest = String(repeating: "07", count: 24)
        #expect(try machine.queried(digest).first?.digests.first?.lists.map(\.label) == [name])
    }
}
