import BlackBox
import Foundation
import Testing

/// How lists end, and what is told of it.
@Suite(.needs(.parser, .emulator))
struct OutcomeTests {
    private let directory: TemporaryDirectory
    private let broken = listName("broken")

    /// A directory with lists of every kind: four good ones, an empty one, and a broken one.
    init() throws {
        directory = try TemporaryDirectory()
        for (seed, name) in ["a", "b", "y", "z"].enumerated() {
            try directory.write(
                .package(seed, mutable: 1 + seed, immutable: 2), to: listName(name))
        }
        try directory.write(HeaderWriter(of: []), to: listName("empty"))
        try directory.write("Hello\nworld, and more\n", to: broken)
    }

    @Test("All that can become of lists that are added")
    func add() throws {
        let emulator = try MountedEmulator()
        _ = try emulator.run("add", directory.path(listName("b")))
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 1)
        #expect(
            run.summary
                == Summary(
                    added: 3, mutable: 8, immutable: 6, alreadyLoaded: 1, empty: 1, failed: 1))
        #expect(
            run.failures == [.init(file: directory.path(broken), reason: "not an RPM header")])
        #expect(run.outcome.output.isEmpty)
        #expect(
            try emulator.loadedLabels() == ["a", "b", "y", "z"].map { listName($0) })
    }

    @Test("All that can become of lists that are deleted")
    func delete() throws {
        // The second deletion fails.
        let emulator = try MountedEmulator("--fail-every", "6:EPERM")
        try directory.remove(broken)
        _ = try emulator.run("add", directory.path)
        try directory.write(.package(9), to: listName("c"))
        let run = try emulator.run("del", directory.path)
        #expect(run.status == 1)
        #expect(run.summary == Summary(deleted: 3, notLoaded: 2, failed: 1))
        #expect(
            run.failures == [
                .init(
                    file: directory.path(listName("b")),
                    reason: "the kernel does not delete the list: Operation not permitted (EPERM)"
                )
            ])
        #expect(try emulator.loadedLabels() == [listName("b")])
    }

    @Test("With --quiet only failures are told", arguments: ["--quiet", "-q"])
    func quiet(option: String) throws {
        let emulator = try MountedEmulator()
        let run = try emulator.run("add", directory.path, options: option)
        #expect(run.status == 1)
        #expect(run.summary == nil)
        #expect(run.failures.map(\.file) == [directory.path(broken)])
        try directory.remove(broken)
        let silent = try emulator.run("del", directory.path, options: option)
        #expect(silent.status == 0)
        #expect(silent.outcome.errors.isEmpty)
        #expect(try emulator.loadedNames() == [])
    }

    @Test("With --dry-run nothing changes", arguments: ["--dry-run", "-n"])
    func dryRun(option: String) throws {
        let emulator = try MountedEmulator()
        let addition = try emulator.run("add", directory.path, options: option)
        #expect(addition.status == 1)
        #expect(addition.failures.map(\.file) == [directory.path(broken)])
        #expect(
            addition.summary
                == Summary(
                    isDryRun: true, added: 4, mutable: 10, immutable: 8, empty: 1, failed: 1))
        #expect(try emulator.operations() == [])
        _ = try emulator.run("add", directory.path(listName("a")))
        let before = try (emulator.operations(), emulator.loadedLists())
        let deletion = try emulator.run("del", directory.path, options: option)
        #expect(deletion.status == 0)
        #expect(deletion.summary == Summary(isDryRun: true, deleted: 1, notLoaded: 5))
        #expect(try emulator.operations() == before.0)
        #expect(try emulator.loadedLists() == before.1)
    }

    @Test("A dry run of add needs no interface")
    func dryRunWithoutInterface() throws {
        let run = try ParserRun(
            "add", [directory.path], at: directory.path("missing"), ["--dry-run"])
        #expect(run.summary?.added == 4)
    }

    @Test("A standard error that takes nothing stops nothing")
    func fullStandardError() throws {
        let emulator = try MountedEmulator()
        var command = Command(
            Program.parser.path, ["--interface", emulator.directory, "add", directory.path])
        command.errorFile = "/dev/full"
        #expect(try command.run().status == 1)
        #expect(try emulator.loadedLists().count == 4)
    }

    @Test("A reader of the messages who has gone away stops nothing")
    func brokenPipe() throws {
        let emulator = try MountedEmulator()
        let script = """
            { sleep 0.2; "$@"; echo $? >"$STATUS"; } 2>&1 | :
            """
        var command = Command(
            "sh",
            [
                "-c", script, "sh", Program.parser.path, "--interface", emulator.directory, "add",
                directory.path,
            ])
        command.environment = ["PATH=/usr/bin:/bin", "STATUS=\(directory.path("status"))"]
        _ = try command.run()
        #expect(try directory.bytes(of: "status") == Array("1\n".utf8))
        #expect(try emulator.loadedLists().count == 4)
    }
}

/// Waiting for an interface that somebody else has open.
@Suite(.needs(.parser, .emulator))
struct WaitTests {
    private let directory: TemporaryDirectory
    private let names = ["a", "b", "c"].map { listName($0) }

    init() throws {
        directory = try TemporaryDirectory()
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
    }

    @Test("When the time has run out, each list is a failure", arguments: ["0", "1"])
    func busy(seconds: String) throws {
        let emulator = try MountedEmulator()
        #expect(try emulator.run("add", directory.path(names[0])).status == 0)
        let held = emulator.open("digest_query", O_WRONLY)
        #expect(held >= 0)
        defer { close(held) }
        for (operation, expected) in [("add", Array(names[1...])), ("del", [names[0]])] {
            let run = try emulator.run(operation, directory.path, options: "--wait", seconds)
            #expect(run.status == 1)
            #expect(run.failures.map(\.file) == expected.map { directory.path($0) })
            for failure in run.failures {
                #expect(
                    failure.reason == """
                        somebody else held the interface open all the time: \
                        Device or resource busy (EBUSY)
                        """)
            }
            #expect(run.summary?.failed == expected.count)
        }
        #expect(try emulator.loadedLabels() == [names[0]])
    }

    @Test("An interface that is free in time is waited for", arguments: [[], ["--wait=60"]])
    func patience(options: [String]) throws {
        let emulator = try MountedEmulator("--busy", "1")
        let run = try ParserRun("add", [directory.path], at: emulator.directory, options)
        #expect(run.status == 0)
        #expect(run.summary?.added == 3)
    }

    @Test("Each wait has all the time again")
    func freeNowAndThen() throws {
        let emulator = try MountedEmulator()
        let held = emulator.open("digest_list_del", O_WRONLY)
        let program = try Command(
            Program.parser.path,
            ["--interface", emulator.directory, "--wait", "60", "add", directory.path]
        ).start()
        usleep(300_000)
        close(held)
        #expect(try program.outcome().status == 0)
        #expect(try emulator.loadedLists().count == 3)
    }
}

/// Where there is no interface.
@Suite(.needs(.parser))
struct NoInterfaceTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.makeDirectory("lists")
        try directory.makeDirectory("nothing")
        try directory.write("", to: "file")
    }

    @Test(
        "One clear sentence and exit status 3",
        arguments: [
            (
                "missing",
                "cannot open the interface's directory: No such file or directory (ENOENT)"
            ),
            ("file", "cannot open the interface's directory: Not a directory (ENOTDIR)"),
            ("nothing", "neither digest_list_label nor digest_label in the directory"),
        ], ["add", "del"])
    func named(_ interface: (name: String, reason: String), _ operation: String) throws {
        let path = directory.path(interface.name)
        let outcome = try Command(
            Program.parser.path, ["--interface", path, operation, directory.path("lists")]
        ).run()
        #expect(outcome.status == 3)
        #expect(
            outcome.errors == "rpm_parser: no DIGLIM interface at \(path): \(interface.reason)\n")
    }

    @Test(
        "The kernel's own is on securityfs, and nowhere else",
        .enabled(
            if: access("/sys/kernel/security/integrity/diglim", F_OK) != 0,
            "this kernel has DIGLIM"))
    func kernels() throws {
        let outcome = try Command(Program.parser.path, ["add", directory.path("lists")]).run()
        #expect(outcome.status == 3)
        #expect(
            outcome.errors.hasPrefix(
                "rpm_parser: no DIGLIM interface at /sys/kernel/security/integrity/diglim: "))
        #expect(outcome.errorLines.count == 1)
    }
}
