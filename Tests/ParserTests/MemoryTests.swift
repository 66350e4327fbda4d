import BlackBox
import Foundation
import Testing

/// Memory stays in proportion to the largest file, whatever there is.
@Suite(.needs(.parser, .emulator))
struct MemoryTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator

    init() throws {
        // Many files are made and removed fast here.
        directory = try TemporaryDirectory(in: "/dev/shm")
        emulator = try MountedEmulator()
    }

    private func run(
        _ operation: String, _ options: String..., largestFile: Int
    ) throws -> Outcome {
        let (outcome, memory) = try Command(
            Program.parser.path,
            options + ["--interface", emulator.directory, operation, directory.path]
        ).runMeasured()
        #expect(memory <= 3 * largestFile + 8 << 20)
        return outcome
    }

    /// Makes so many files of one content.
    ///
    /// - Returns: Their names, in the order of upload.
    private func makeFiles(_ count: Int, _ content: [UInt8]) throws -> [String] {
        let names = (1...count).map { "\($0)-file_list-rpm-package-1.2.3-4.fc35.x86_64" }
        try directory.write(content, to: names[0])
        for name in names.dropFirst() {
            try #require(link(directory.path(names[0]), directory.path(name)) == 0)
        }
        return names
    }

    @Test("100,000 broken lists: each is told, and the good one behind them is loaded")
    func manyBrokenLists() throws {
        let names = try makeFiles(100_000, Array("This is no list at all\n".utf8))
        let last = "100001-file_list-rpm-good"
        let content = HeaderWriter.package(1)
        try directory.write(content, to: last)
        let outcome = try run("add", largestFile: content.bytes().count)
        #expect(outcome.status == 1)
        let lines = outcome.errors.utf8.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 100_001)
        let wrong = zip(lines, names).count { line, name in
            let expected = "rpm_parser: \(directory.path)/\(name): not an RPM header"
            return !line.elementsEqual(expected.utf8)
        }
        #expect(wrong == 0)
        #expect(try emulator.loadedLabels() == [last])
    }

    @Test("100,000 lists")
    func manyLists() throws {
        let content = HeaderWriter.package(1, mutable: 1, immutable: 2).bytes()
        _ = try makeFiles(100_000, content)
        let addition = try ParserRun(run("add", "--dry-run", largestFile: content.count))
        #expect(
            addition.summary
                == Summary(isDryRun: true, added: 100_000, mutable: 100_000, immutable: 200_000))
        let deletion = try ParserRun(run("del", largestFile: content.count))
        #expect(deletion.summary == Summary(notLoaded: 100_000))
    }

    @Test("100,000 files that are no lists")
    func manyOtherFiles() throws {
        for number in 0..<100_000 { symlink("nothing", directory.path("\(number)")) }
        let outcome = try ParserRun(run("add", largestFile: 0))
        #expect(outcome.summary == Summary())
    }

    @Test("A list of 300,000 digests", arguments: [0o100644, 0o100755] as [UInt16])
    func largeList(mode: UInt16) throws {
        let file = PackagedFile(name: "f", mode: mode, digest: madeUpDigest(1))
        let content = HeaderWriter(of: Array(repeating: file, count: 300_000)).bytes()
        try directory.write(content, to: listName("large"))
        let run = try ParserRun(run("add", largestFile: content.count))
        #expect(run.status == 0)
        #expect(try ParserRun(self.run("del", largestFile: 0)).status == 0)
    }

    @Test(
        "With little memory for a process, what does not fit fails, and the rest is loaded",
        arguments: ["add", "sync"])
    func limited(operation: String) throws {
        let names = ["a", "large", "z"].map { listName($0) }
        try directory.write(.package(1), to: names[0])
        try directory.write(.package(2, mutable: 250_000), to: names[1])
        try directory.write(.package(3), to: names[2])
        let outcome = try runProgram(
            "sh",
            [
                "-c", "ulimit -v 30000 && exec \"$0\" \"$@\"", Program.parser.path, "--interface",
                emulator.directory, operation, directory.path,
            ])
        let run = try ParserRun(outcome)
        #expect(run.status == 1)
        #expect(run.summary == Summary(added: 2, mutable: 2, failed: 1))
        #expect(run.failures.map(\.file) == [directory.path(names[1])])
        #expect(run.failures[0].reason == "cannot allocate: Cannot allocate memory (ENOMEM)")
        #expect(try emulator.loadedLabels() == [names[0], names[2]])
    }
}
