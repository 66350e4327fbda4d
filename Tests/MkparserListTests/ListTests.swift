import BlackBox
import Foundation
import Testing

/// The lists, without signatures.
@Suite(.needs(.mkparserList))
struct ListTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    @Test(.needs(.parser)) func listsOfTheParserAreThoseOfItsDigest() throws {
        let parser = Program.parser.path
        let outcome = try MkparserList.run("--output", output.path, parser)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let digest = String(try BlackBox.output(of: "sha256sum", parser).prefix { $0 != " " })
        let names = MkparserList.listNames("rpm_parser")
        #expect(try output.names() == names.sorted())
        for (name, list) in zip(names, MkparserList.lists(digest: digest)) {
            #expect(try output.bytes(of: name) == list)
        }
        #expect(
            outcome.output.split(separator: "\n")
                == names.map { "\(output.path($0)): written, not signed" })
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("not signed, and kernels that appraise"))
    }

    @Test(.needs(.parser, .emulator), arguments: [("v3", 0, 1), ("v2", 1, 2)])
    func emulatorTakesThem(_ abi: String, _ parserType: Int, _ fileType: Int) throws {
        let parser = Program.parser.path
        try BlackBox.output(
            of: Program.mkparserList.path, "--output", output.path, "--abi", abi, parser)
        let digest = try sha256(readFile(parser))
        let files = MkparserList.listNames("rpm_parser").map { output.path($0) }
        let writes = try [files.map { Array($0.utf8) }, files.map { try readFile($0) }]
        for lists in writes {
            let emulator = try MountedEmulator("--abi", abi)
            for list in lists { #expect(emulator.write(list, to: "digest_list_add") == "ok") }
            #expect(try emulator.counts() == ["1", "1", "0", "2"])
            let answers = emulator.query("sha256-\(digest)").split(separator: "\n")
            #expect(answers.count == 2)
            for type in [parserType, fileType] {
                let text = "algo: sha256, type: \(type), modifiers: 1, count: 1, datalen: 32"
                #expect(answers.count { $0.contains(text) } == 1, "\(answers)")
            }
        }
    }

    /// What libcrypto does not have, `openssl dgst` does not have either.
    @Test(
        arguments: [
            "md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512", "sha224", "rmd128",
            "rmd256", "rmd320", "wp256", "wp384", "wp512", "tgr128", "tgr160", "tgr192", "sm3",
            "streebog256", "streebog512",
        ].enumerated().map { ($0.offset, $0.element) })
    func everyAlgorithm(_ number: Int, _ algorithm: String) throws {
        let parser = try input.writeExecutable(ELFBuilder().bytes)
        let outcome = try MkparserList.run(
            "--output", output.path, "--algorithm", algorithm, parser)
        let reference = try runProgram("openssl", ["dgst", "-r", "-\(algorithm)", parser])
        guard reference.status == 0 else {
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("libcrypto does not have \(algorithm)"))
            #expect(try output.names().isEmpty)
            return
        }
        #expect(outcome.status == 0, "\(outcome.errors)")
        let digest = bytes(hexadecimal: reference.output.prefix { $0 != " " })
        for (type, name) in MkparserList.listNames().enumerated() {
            let block = ListBlock(
                type: UInt16(type), modifiers: 1, algorithm: UInt16(number), [digest])
            #expect(try output.bytes(of: name) == block.bytes)
        }
    }

    @Test func sameBytesFromAnyPlaceAtAnyTime() throws {
        let executable = ELFBuilder().bytes
        let elsewhere = try TemporaryDirectory()
        let first = try input.writeExecutable(executable)
        let second = try elsewhere.writeExecutable(executable)
        utimes(second, [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
        #expect(try MkparserList.run("--output", output.path, first).status == 0)
        let lists = try output.contents()
        #expect(lists.count == 2)
        #expect(try MkparserList.run("--output", elsewhere.path("out"), second).status == 0)
        for (name, list) in lists { #expect(try elsewhere.bytes(of: "out/\(name)") == list) }
        let again = try MkparserList.run("--output", output.path, "--json", second)
        let result = try again.json(MkparserListResult.self)
        #expect(result.lists.map(\.result) == ["unchanged", "unchanged"])
        #expect(result.lists.map(\.file) == MkparserList.listNames().map { output.path($0) })
        #expect(result.lists.map(\.digest) == [sha256(executable), sha256(executable)])
        #expect(result.lists.allSatisfy { !$0.signed && $0.signer == nil })
    }

    @Test func severalExecutables() throws {
        var builder = ELFBuilder()
        let first = try input.writeExecutable(builder.bytes, to: "a_parser")
        builder.entry += 1
        let second = try input.writeExecutable(builder.bytes, to: "b_parser")
        let outcome = try MkparserList.run("--output", output.path, second, first, second)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count == 4)
        for path in [first, second] {
            let lists = MkparserList.lists(digest: sha256(try readFile(path)))
            let names = MkparserList.listNames(String(path.suffix(8)))
            for (name, list) in zip(names, lists) {
                #expect(try output.bytes(of: name) == list)
            }
        }
    }

    @Test func differentExecutablesOfOneName() throws {
        var builder = ELFBuilder()
        let first = try input.writeExecutable(builder.bytes)
        builder.entry += 1
        _ = try input.makeDirectory("other")
        let second = try input.writeExecutable(builder.bytes, to: "other/test_parser")
        let outcome = try MkparserList.run("--output", output.path, first, second)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("\(second): another executable than \(first)"))
        #expect(try output.names().isEmpty)
    }

    /// A directory in a list's place cannot be replaced.
    @Test func placeOfAListIsTaken() throws {
        let parser = try input.writeExecutable(ELFBuilder().bytes)
        let taken = MkparserList.listNames()[0]
        _ = try output.makeDirectory(taken)
        let outcome = try MkparserList.run("--output", output.path, "--json", parser)
        #expect(outcome.status == 1)
        let result = try outcome.json(MkparserListResult.self)
        #expect(result.lists.map(\.file) == [output.path(MkparserList.listNames()[1])])
        #expect(result.failures.map(\.file) == [output.path(taken)])
    }
}
