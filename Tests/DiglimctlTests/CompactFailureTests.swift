import BlackBox
import Foundation
import Testing

/// What cannot be done is told, and the rest is done.
@Suite(.needs(.diglimctl))
struct CompactFailureTests {
    private let work: CompactWork
    private var directory: TemporaryDirectory { work.directory }
    private var output: TemporaryDirectory { work.output }

    init() throws { work = try CompactWork() }

    @Test func pathsThatAreNone() throws {
        try directory.write("a\0b\0", to: "nul")
        for (file, reason) in [
            ("nul", "is --null missing?"), ("missing", "No such file"), (".", "Is a directory"),
        ] {
            let outcome = try work.command(["--files-from", file]).run()
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.contains("\(file): "))
            #expect(outcome.errors.contains(reason))
            #expect(try output.names() == [])
        }
    }

    @Test("More digests than the kernel takes in one list")
    func tooLarge() throws {
        let empty = try TemporaryDirectory(in: "/dev/shm")
        try empty.write("", to: "e")
        try empty.write([[UInt8]](repeating: [0x65, 0x0a], count: 1 << 20).flatMap { $0 }, to: "p")
        try output.write("old", to: "0-file_list-compact-list")
        var command = work.command(["--algorithm", "sha512", "--files-from", "p"])
        command.workingDirectory = empty.path
        let outcome = try command.run(atMost: 600)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors
                == "diglimctl: too many digests: the kernel takes no list of 4 MiB or more\n")
        #expect(try output.names() == ["0-file_list-compact-list"])
        #expect(try output.bytes(of: "0-file_list-compact-list") == Array("old".utf8))
    }

    @Test func failuresAreToldAndTheRestIsDone() throws {
        try directory.makeDirectory("shut")
        try directory.write("s", to: "shut/s")
        try directory.write("x", to: "secret")
        chmod(directory.path("secret"), 0)
        chmod(directory.path("shut"), 0)
        defer { chmod(directory.path("shut"), 0o755) }
        symlink("nowhere", directory.path("dangling"))
        var command = work.command(
            ["--json", "missing", "a", "dangling", "/proc/self/status", ".", "a/b"])
        if geteuid() == 0 {
            // Root would be let in.
            command.arguments =
                ["--bounding-set", "-dac_override,-dac_read_search", command.program]
                + command.arguments
            command.program = "setpriv"
        }
        let outcome = try command.run()
        #expect(outcome.status == 1)
        let result = try outcome.json(CompactResult.self)
        #expect(
            result.failures.map { "\($0.file ?? "?"): \($0.error)" } == [
                "missing: No such file or directory", "dangling: No such file or directory",
                "/proc/self/status: not of the size that its status says",
                "./secret: Permission denied", "./shut: Permission denied",
                "a/b: Not a directory",
            ])
        #expect(result.failed == 6)
        #expect(
            outcome.errorLines.map(String.init)
                == result.failures.map { "diglimctl: \($0.file ?? "?"): \($0.error)" })
        #expect(try work.list() == ["a", "a", "b", "c"].map(work.digest))
    }

    @Test func pathsTooLongForTheKernel() throws {
        let name = String(repeating: "d", count: 250)
        var parent = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for _ in 0..<20 {
            #expect(mkdirat(parent, name, 0o755) == 0)
            let child = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            close(parent)
            parent = child
        }
        close(parent)
        let outcome = try work.command(["."]).run()
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasSuffix(": File name too long\n"))
        #expect(try work.list() == ["a", "b", "c"].map(work.digest))
        // What Foundation cannot remove.
        try BlackBox.output(of: "rm", "-rf", directory.path(name))
    }

    @Test func noDigestAtAll() throws {
        try directory.makeDirectory("empty")
        for paths in [["empty"], ["missing"]] {
            let outcome = try work.command(paths).run()
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasSuffix("diglimctl: no digests, so no list is written\n"))
            #expect(try output.names() == [])
        }
    }

    /// Names of files are others' choice, and a terminal must not obey them.
    @Test func controlCharactersAreNotPrinted() throws {
        let outcome = try work.command(["\u{1b}]0;x\u{7}", "a"]).run()
        #expect(outcome.status == 1)
        #expect(outcome.errors == "diglimctl: \\u{1b}]0;x\\u{7}: No such file or directory\n")
    }

    @Test func outputThatCannotBe() throws {
        var command = work.command(["a"])
        for path in ["a", "missing/out"] {
            command.arguments[2] = path
            let outcome = try command.run()
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.hasPrefix("diglimctl: \(path): "))
        }
    }
}
