import BlackBox
import Foundation
import RandomNumbers
import Testing

/// Converted lists beside what the parser uploads, byte for byte.
@Suite(.needs(.diglimctl, .parser, .emulator), .needsCorpus)
struct ConvertCorpusTests {
    private let lists: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        lists = try TemporaryDirectory()
        output = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
    }

    /// What the parser uploads of the lists: the log's lines, and the uploads in their order.
    private func upload(
        abi: String
    ) throws -> (emulator: MountedEmulator, log: [LoggedOperation], uploads: [[UInt8]]) {
        let emulator = try MountedEmulator("--abi", abi)
        try BlackBox.output(
            of: Program.parser.path, "--interface", emulator.directory, "add", lists.path)
        let log = try emulator.operations().filter { $0.file == "digest_list_add" }
        let loaded = Dictionary(
            uniqueKeysWithValues: try emulator.loadedLists().map { ($0.label, $0.bytes) })
        return (emulator, log, try log.map { try #require(loaded[$0.label]) })
    }

    /// The one list of several uploads: all without their tails, and a tail of its own.
    private func combined(_ uploads: [[UInt8]], as name: String) throws -> [UInt8] {
        let blocks = try uploads.flatMap { try ListBlock.blocks(of: $0) }
            .filter { !$0.digests.isEmpty }
        let last = try #require(blocks.last)
        return blocks.flatMap(\.bytes)
            + uploadTail(of: name, type: last.type, algorithm: last.algorithm)
    }

    private func convert(_ arguments: String...) throws -> ConvertResult {
        try convert(arguments)
    }

    private func convert(_ arguments: [String]) throws -> ConvertResult {
        let outcome = try Diglimctl.run(
            ["convert", "--output", output.path, "--json"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try outcome.json(ConvertResult.self)
    }

    private static let count = [false: 128, true: 109]

    @Test(
        "Each list is the upload of one RPM digest list",
        arguments: ["v2", "v3"], [false, true])
    func each(abi: String, immutableOnly: Bool) throws {
        let result = try convert(
            ["--abi", abi, lists.path] + (immutableOnly ? ["--immutable-only"] : []))
        if immutableOnly { try lists.write("", to: ".immutable") }
        let log = try upload(abi: abi).log
        #expect(log.count == Self.count[immutableOnly])
        #expect(result.converted == log.count)
        #expect(result.written == log.count)
        #expect(result.converted + result.empty == 129)
        #expect(result.lists.map(\.source) == log.map { lists.path($0.label) })
        for (list, operation) in zip(result.lists, log) {
            let bytes = try output.bytes(of: list.name)
            #expect(list.name == operation.label.replacing("_list-rpm-", with: "_list-compact-"))
            #expect(bytes.count == operation.size)
            #expect(sha256(bytes) == operation.digest, "\(list.name)")
        }
        #expect(try output.names() == result.lists.map(\.name).sorted())
    }

    @Test(
        "The one list for all is the uploads, one after another, with one tail",
        arguments: ["v2", "v3"], [false, true])
    func combined(abi: String, immutableOnly: Bool) throws {
        let result = try convert(
            ["--combine", "all", "--abi", abi, lists.path]
                + (immutableOnly ? ["--immutable-only"] : []))
        if immutableOnly { try lists.write("", to: ".immutable") }
        let (parsed, _, uploads) = try upload(abi: abi)
        let list = output.path("0-file_list-compact-all")
        #expect(try readFile(list) == combined(uploads, as: "0-file_list-compact-all"))
        #expect(result.converted == Self.count[immutableOnly])
        #expect(result.lists.map(\.name) == ["0-file_list-compact-all"])
        #expect(result.lists.map(\.source) == [nil])
        #expect(try output.names() == ["0-file_list-compact-all"])
        // A kernel that is given the path has the same digests.
        let emulator = try MountedEmulator("--abi", abi)
        #expect(emulator.add(Array(list.utf8)) == "ok")
        #expect(try emulator.counts().prefix(3) == parsed.counts().prefix(3))
        let digests = Set(
            try ListBlock.blocks(of: uploads.flatMap { $0 }).flatMap(\.digests).map {
                hexadecimal($0)
            })
        for digest in digests { #expect(emulator.query("sha256-\(digest)").contains("sha256-")) }
    }

    @Test("A file .immutable counts as it does for the parser, for files given by name too")
    func immutableMark() throws {
        try lists.write("", to: ".immutable")
        let (_, log, uploads) = try upload(abi: "v3")
        for paths in [[lists.path], log.map { lists.path($0.label) }.reversed()] {
            let outcome = try Diglimctl.run(
                ["convert", "--output", output.path, "--json", "--combine", "marked"] + paths)
            #expect(outcome.status == 0)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.contains(".immutable"))
            #expect(
                try output.bytes(of: "0-file_list-compact-marked")
                    == combined(uploads, as: "0-file_list-compact-marked"))
            let result = try outcome.json(ConvertResult.self)
            #expect(result.mutable == 0)
            #expect(result.immutable == 1088)
        }
    }

    @Test("What is there and right is left alone")
    func twice() throws {
        let first = try convert(lists.path)
        let stamps = try first.lists.map { try identity(of: output.path($0.name)) }
        let again = try convert(lists.path, lists.path)
        #expect(again.written == 0)
        #expect(again.unchanged == 128)
        #expect(again.converted == 128)
        #expect(try first.lists.map { try identity(of: output.path($0.name)) } == stamps)
    }

    @Test("Mutants of real lists are converted as the parser converts them, or told")
    func mutants() throws {
        let mutants = try TemporaryDirectory()
        let seeds = try lists.names().map(lists.bytes(of:)).filter { $0.count < 20_000 }
        var generator = SplitMix64(seed: 7)
        for number in 0..<400 {
            let seed = try #require(seeds.randomElement(using: &generator))
            try mutants.write(generator.mutate(seed), to: "\(number)-file_list-rpm-mutant")
        }
        let outcome = try Diglimctl.run("convert", "--output", output.path, "--json", mutants.path)
        let result = try outcome.json(ConvertResult.self)
        let emulator = try MountedEmulator()
        let parser = try runProgram(
            Program.parser.path, ["--interface", emulator.directory, "add", mutants.path])
        #expect(outcome.status == parser.status)
        #expect(result.converted + result.empty + result.failed == 400)
        let log = try emulator.operations().filter { $0.file == "digest_list_add" }
        #expect(
            try result.lists.map { sha256(try output.bytes(of: $0.name)) } == log.map(\.digest))
        let reasons = outcome.errorLines.map { $0.dropFirst("diglimctl: ".count) }
        let others = parser.errorLines.dropLast().map { $0.dropFirst("rpm_parser: ".count) }
        #expect(reasons == others)
    }
}
