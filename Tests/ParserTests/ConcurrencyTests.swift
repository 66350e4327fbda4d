import BlackBox
import Foundation
import Testing

/// Several programs at one interface.
@Suite(.needs(.parser, .emulator))
struct ConcurrencyTests {
    private let emulator: MountedEmulator

    init() throws { emulator = try MountedEmulator() }

    /// Starts the program.
    private func start(_ operation: String, _ lists: ManyLists) throws -> RunningProgram {
        try Command(
            Program.parser.path,
            ["--interface", emulator.directory, "--wait", "100", operation, lists.path]
        ).start()
    }

    /// What an interface holds after a run that nothing disturbs.
    private func complete(_ lists: ManyLists) throws -> [LoadedList] {
        let undisturbed = try MountedEmulator()
        #expect(try undisturbed.run("add", lists.path).status == 0)
        return try undisturbed.loadedLists()
    }

    @Test("Several uploads of the same lists at once: each list is added by one of them")
    func sameUploads() throws {
        let lists = try ManyLists(1500)
        let programs = try (0..<3).map { _ in try start("add", lists) }
        let runs = try programs.map { try ParserRun($0.outcome()) }
        for run in runs {
            #expect(run.status == 0, "\(run.outcome.errors)")
            #expect((run.summary?.added ?? 0) + (run.summary?.alreadyLoaded ?? 0) == 1500)
        }
        #expect(runs.compactMap(\.summary?.added).reduce(0, +) == 1500)
        #expect(try emulator.loadedLists() == complete(lists))
    }

    @Test("Uploads of different lists at once: each list has its own label")
    func differentUploads() throws {
        let lists = try (1...3).map { try ManyLists(600, seed: $0) }
        let programs = try lists.map { try start("add", $0) }
        for program in programs { #expect(try program.outcome().status == 0) }
        let expected = try lists.flatMap { try complete($0) }
        #expect(
            try emulator.loadedLists()
                == expected.sorted { ($0.label, $0.digest) < ($1.label, $1.digest) })
    }

    @Test("An upload, and the deletion of other lists at once")
    func otherDeletion() throws {
        let (old, new) = try (ManyLists(1000, seed: 1), ManyLists(1000, seed: 2))
        #expect(try emulator.run("add", old.path).status == 0)
        let programs = try [start("add", new), start("del", old)]
        for program in programs { #expect(try program.outcome().status == 0) }
        #expect(try emulator.loadedLists() == complete(new))
    }

    @Test("An upload and the deletion of the same lists at once: each list is there, or not")
    func sameDeletion() throws {
        let lists = try ManyLists(1000)
        let all = try complete(lists)
        #expect(try emulator.run("add", lists.path).status == 0)
        let programs = try [start("del", lists), start("add", lists), start("del", lists)]
        for program in programs {
            let outcome = try program.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        #expect(Set(try emulator.loadedLists().map(\.digest)).isSubset(of: all.map(\.digest)))
        #expect(try emulator.run("add", lists.path).status == 0)
        #expect(try emulator.loadedLists() == all)
    }
}

/// Time at the interface, for one after another.
@Suite(.needs(.parser, .emulator))
struct TurnTests {
    @Test("A program that runs long lets others in")
    func turns() throws {
        let emulator = try MountedEmulator()
        let lists = try ManyLists(20_000)
        let program = try Command(
            Program.parser.path, ["--interface", emulator.directory, "add", lists.path]
        ).start()
        try wait { try loadedCount(of: emulator) > 0 }
        var descriptor: Int32 = -1
        try wait {
            descriptor = emulator.open("digest_query", O_WRONLY)
            return descriptor >= 0
        }
        #expect(try loadedCount(of: emulator) < 20_000)
        close(descriptor)
        let outcome = try program.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try loadedCount(of: emulator) == 20_000)
    }

    private func loadedCount(of emulator: MountedEmulator) throws -> Int {
        try #require(Int(emulator.counts()[3]))
    }
}

/// The interface goes away.
@Suite(.needs(.parser, .emulator))
struct LostInterfaceTests {
    @Test("Each list that is left is a failure, and there is no hang", arguments: ["add", "del"])
    func lost(operation: String) throws {
        let scratch = try TemporaryDirectory()
        let mount = try scratch.makeDirectory("mount")
        let log = scratch.path("log")
        let emulator = try Command(
            Program.emulator.path, ["--foreground", "--log", log, mount]
        ).start()
        defer { _ = try? runProgram("fusermount3", ["-u", "-z", "-q", mount]) }
        try wait { access("\(mount)/digests_count", F_OK) == 0 }
        let lists = try ManyLists(2000)
        if operation == "del" {
            #expect(try ParserRun("add", [lists.path], at: mount).status == 0)
        }
        let size = try readFile(log).count
        let program = try Command(
            Program.parser.path, ["--interface", mount, operation, lists.path]
        ).start()
        try wait { try readFile(log).count > size + 10_000 }
        emulator.send(SIGKILL)
        let run = try ParserRun(program.outcome(within: 60))
        #expect(run.status == 1)
        let summary = try #require(run.summary)
        #expect(summary.failed > 0)
        // What was added cannot be looked at any more, which is told of the directory.
        let failures = run.failures.filter { $0.file != lists.path }
        #expect(run.failures.count == failures.count + (operation == "add" ? 1 : 0))
        #expect(summary.added + summary.deleted + failures.count == 2000)
        #expect(summary.failed == run.failures.count)
        #expect(
            failures.map(\.file)
                == lists.names.suffix(failures.count).map { lists.directory.path($0) })
    }
}
