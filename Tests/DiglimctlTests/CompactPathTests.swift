import BlackBox
import Foundation
import Testing

/// Which files paths stand for.
@Suite(.needs(.diglimctl))
struct CompactPathTests {
    private let work: CompactWork
    private var directory: TemporaryDirectory { work.directory }
    private var output: TemporaryDirectory { work.output }

    init() throws { work = try CompactWork() }

    @Test func pathsInAFile() throws {
        try directory.write("c\n\nb\na", to: "paths")
        let outcome = try work.command(["--files-from", "paths"]).run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try work.list() == ["c", "b", "a"].map(work.digest))
    }

    @Test func pathsThatEndWithNUL() throws {
        try directory.makeDirectory("tree")
        try makeOddFiles(in: directory.path("tree"))
        let paths = directory.path("paths")
        try BlackBox.output(
            of: "sh", "-c", "find \"$1\" -type f -print0 > \"$2\"", "sh", directory.path("tree"),
            paths)
        let outcome = try work.command(["--files-from", paths, "--null"]).run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let files = try ReferenceFile.all(in: directory.path("tree"))
        #expect(Set(try work.list()) == Set(files.map { bytes(hexadecimal: $0.digest) }))
        #expect(try work.list().count == files.count)
    }

    @Test func pathsFromAPipe() throws {
        let outcome = try runProgram(
            "sh",
            [
                "-c",
                """
                find "$1" -type f -print0 | sort -z |
                "$2" compact --output "$3" --name list --files-from - --null
                """,
                "sh", directory.path, Program.diglimctl.path, output.path,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try work.list() == ["a", "b", "c"].map(work.digest))
    }

    @Test func linksAreFollowedOnlyWhereTheyAreGiven() throws {
        try directory.makeDirectory("tree/sub")
        try directory.write("t", to: "tree/t")
        symlink("../a", directory.path("tree/link"))
        symlink(".", directory.path("tree/sub/loop"))
        symlink("a", directory.path("to-a"))
        symlink("tree", directory.path("to-tree"))
        #expect(try work.command(["to-a", "to-tree"]).run().status == 0)
        #expect(try work.list() == ["a", "t"].map(work.digest))
        let outcome = try work.command(["--json", "to-tree/"]).run()
        #expect(try outcome.json(CompactResult.self).passedOver == 2)
        #expect(try work.list() == [work.digest("t")])
    }

    /// Nobody waits for the other end of a FIFO.
    @Test func specialFiles() throws {
        mkfifo(directory.path("fifo"), 0o644)
        let outcome = try work.command(["--json", "."]).run()
        #expect(outcome.status == 0)
        #expect(try outcome.json(CompactResult.self).passedOver == 1)
        #expect(try work.list() == ["a", "b", "c"].map(work.digest))
        let given = try work.command(["--json", "fifo", "/dev/null", "a"]).run()
        #expect(given.status == 1)
        let result = try given.json(CompactResult.self)
        #expect(result.failures.map(\.file) == ["fifo", "/dev/null"])
        #expect(result.failures.map(\.error) == ["not a regular file", "not a regular file"])
        #expect(try work.list() == [work.digest("a")])
    }
}
