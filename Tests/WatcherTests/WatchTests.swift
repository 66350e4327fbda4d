import BlackBox
import Foundation
import Testing

/// A directory that is watched: the kernel follows it.
@Suite(.needs(.watcher, .parser, .emulator))
struct WatchTests {
    private let names = ["a", "b", "c"].map(listName)

    @Test("The first sync comes before READY=1, SIGTERM ends the program with status 0")
    func readyAndStop() throws {
        let emulator = try MountedEmulator()
        let watch = try Watch(on: emulator)
        #expect(try watch.ready() == Summary())
        let outcome = try watch.stop()
        #expect(outcome.status == 0)
        #expect(outcome.errorLines.count == 1)
    }

    @Test("Lists renamed in, written, linked, removed and renamed away")
    func changes() throws {
        let watch = try Watch()
        try watch.ready()
        try watch.write(.package(1), to: names[0])
        #expect(try watch.batch() == Summary(added: 1, mutable: 1))
        try watch.directory.write(.package(2), to: "lists/\(names[1])")
        #expect(try watch.batch() == Summary(added: 1, mutable: 1, alreadyLoaded: 1))
        try watch.directory.write(.package(3), to: "other")
        #expect(link(watch.directory.path("other"), "\(watch.path)/\(names[2])") == 0)
        #expect(try watch.batch() == Summary(added: 1, mutable: 1, alreadyLoaded: 2))
        try watch.directory.remove("lists/\(names[1])")
        #expect(try watch.batch() == Summary(alreadyLoaded: 2, deleted: 1))
        #expect(rename("\(watch.path)/\(names[2])", watch.directory.path("away")) == 0)
        #expect(try watch.batch() == Summary(alreadyLoaded: 1, deleted: 1))
        #expect(try watch.emulator.loadedLabels() == [names[0]])
        try watch.directory.write("", to: "lists/.immutable")
        #expect(try watch.batch() == Summary(deleted: 1, empty: 1))
    }

    @Test("Files that are no digest lists make no batch")
    func otherFiles() throws {
        let watch = try Watch()
        try watch.ready()
        for name in ["README", ".diglim-123456", "0-file_list-compact-mine", "x-file_list-rpm-a"] {
            try watch.directory.write("text", to: "lists/\(name)")
            try watch.directory.remove("lists/\(name)")
        }
        try watch.write(.package(1), to: names[0])
        #expect(try watch.batch() == Summary(added: 1, mutable: 1))
        #expect(try watch.stop().errorLines.count == 2)
    }

    @Test("A transaction of 500 packages makes a few batches")
    func burst() throws {
        let watch = try Watch()
        try watch.ready()
        let names = (1...500).map { listName("package\($0)") }.sorted()
        for (seed, name) in names.enumerated() { try watch.write(.package(seed), to: name) }
        try watch.wait(forLabels: names)
        let batches = try watch.stop().errorLines.count - 1
        #expect((1...10).contains(batches))
    }

    @Test("The directory is replaced, goes away and comes back")
    func directory() throws {
        let watch = try Watch()
        try watch.write(.package(1), to: names[0])
        try watch.ready()
        try watch.wait(forLabels: [names[0]])
        try watch.directory.makeDirectory("next")
        try watch.directory.write(.package(2), to: "next/\(names[1])")
        #expect(rename(watch.path, watch.directory.path("old")) == 0)
        #expect(rename(watch.directory.path("next"), watch.path) == 0)
        try watch.wait(forLabels: [names[1]])
        // While it is away nobody knows what should be loaded, so all stays.
        #expect(rename(watch.path, watch.directory.path("away")) == 0)
        #expect(try watch.batch().failed == 1)
        #expect(try watch.emulator.loadedLabels() == [names[1]])
        try watch.directory.write(.package(3), to: "away/\(names[2])")
        #expect(rename(watch.directory.path("away"), watch.path) == 0)
        try watch.wait(forLabels: [names[1], names[2]])
        // The new one is watched like the old one was.
        try watch.write(.package(1), to: names[0])
        try watch.wait(forLabels: names)
    }

    @Test("A directory that is there only later")
    func lateDirectory() throws {
        let watch = try Watch(makesDirectory: false)
        #expect(try watch.ready().failed == 1)
        try watch.directory.makeDirectory("lists")
        try watch.write(.package(1), to: names[0])
        try watch.wait(forLabels: [names[0]])
    }

    @Test("A file system is mounted on the directory, and unmounted", .needsRoot)
    func mounted() throws {
        let watch = try Watch()
        try watch.write(.package(1), to: names[0])
        try watch.ready()
        try watch.wait(forLabels: [names[0]])
        try output(of: "mount", "-t", "tmpfs", "tmpfs", watch.path)
        defer { _ = try? output(of: "umount", "-l", watch.path) }
        try watch.wait(forLabels: [])
        try watch.directory.write(.package(2), to: "lists/\(names[1])")
        try watch.wait(forLabels: [names[1]])
        try output(of: "umount", watch.path)
        try watch.wait(forLabels: [names[0]])
    }

    @Test("More events than the kernel keeps")
    func overflow() throws {
        let watch = try Watch()
        try watch.ready()
        let text = try String(
            contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let limit = try #require(Int(text.filter(\.isNumber)))
        watch.program.send(SIGSTOP)
        // Two names, because the kernel takes an event twice in a row for one.
        for number in 0...limit / 4 {
            for name in names.prefix(2) {
                try watch.directory.write("\(number)", to: "lists/\(name)")
            }
        }
        for name in names.prefix(2) { try watch.directory.remove("lists/\(name)") }
        try watch.write(.package(3), to: names[2])
        watch.program.send(SIGCONT)
        try watch.wait(forLabels: [names[2]])
    }

    @Test("A manager that does not listen hinders nothing, and hears the last of it when it does")
    func deafManager() throws {
        let watch = try Watch(variables: ["WATCHDOG_USEC=200000"], fillsManager: true)
        for (seed, name) in names.enumerated() {
            try watch.write(.package(seed), to: name)
            let expected = Array(names.prefix(seed + 1))
            try wait { try watch.emulator.loadedLabels() == expected }
        }
        // What came in between may have been the end of another batch.
        #expect(try watch.ready().failed == 0)
        #expect(try watch.manager.next(watchdog: true) == "WATCHDOG=1\n")
        let outcome = try watch.stop()
        #expect(outcome.status == 0)
    }

    @Test("A manager that never listens does not keep it from ending")
    func deafManagerAtEnd() throws {
        let watch = try Watch(fillsManager: true)
        try watch.write(.package(1), to: names[0])
        try wait { try watch.emulator.loadedLabels() == [names[0]] }
        watch.program.send(SIGTERM)
        #expect(try watch.program.outcome(within: 30).status == 0)
    }

    @Test(
        "What limits, timers and terminals send does not end or stop it",
        arguments: [SIGPIPE, SIGXFSZ, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF, SIGTTOU])
    func inheritedSignals(signal: Int32) throws {
        let watch = try Watch()
        try watch.ready()
        watch.program.send(signal)
        try watch.write(.package(1), to: names[0])
        #expect(try watch.batch() == Summary(added: 1, mutable: 1))
        #expect(try watch.stop().status == 0)
    }

    @Test("A bad list does not hurt the next batch")
    func badList() throws {
        let watch = try Watch()
        try watch.ready()
        try watch.directory.write("bad", to: "lists/\(names[0])")
        #expect(try watch.batch().failed == 1)
        try watch.write(.package(2), to: names[1])
        #expect(try watch.batch() == Summary(added: 1, mutable: 1, failed: 1))
        try watch.write(.package(1), to: names[0])
        #expect(try watch.batch() == Summary(added: 1, mutable: 1, alreadyLoaded: 1))
    }

    @Test("SIGHUP syncs, and says so")
    func reload() throws {
        let watch = try Watch()
        try watch.write(.package(1), to: names[0])
        try watch.ready()
        try watch.wait(forLabels: [names[0]])
        let list = try #require(try watch.emulator.loadedLists().first)
        #expect(watch.emulator.delete(list.bytes, label: list.label) == "ok")
        watch.program.send(SIGHUP)
        let message = try watch.manager.next()
        #expect(message.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*\n/) != nil)
        #expect(try watch.ready() == Summary(added: 1, mutable: 1))
    }

    @Test("The sync after SIGHUP renews what was loaded without actions, one after a change not")
    func renewal() throws {
        let emulator = try MountedEmulator(
            "--actions", "0", "--deletion-actions", "3", "--actions-for",
            "\(Program.parser.path)=3")
        let watch = try Watch(on: emulator)
        try watch.ready()
        let upload = [ListBlock([bytes(hexadecimal: madeUpDigest(1))])].upload(label: names[0])
        #expect(emulator.add(upload, label: names[0]) == "ok")
        try watch.write(.package(1), to: names[0])
        #expect(try watch.batch() == Summary(alreadyLoaded: 1))
        watch.program.send(SIGHUP)
        #expect(try watch.manager.next().hasPrefix("RELOADING=1\n"))
        #expect(try watch.ready() == Summary(alreadyLoaded: 1, renewed: 1))
        let digest = try #require(try emulator.loadedLists().first?.digest)
        #expect(emulator.query("sha256-\(digest)").contains("(actions: 3)"))
        watch.program.send(SIGHUP)
        #expect(try watch.manager.next().hasPrefix("RELOADING=1\n"))
        #expect(try watch.ready() == Summary(alreadyLoaded: 1))
    }

    @Test("The first sync renews: the parser's own list may have been loaded just before")
    func firstSync() throws {
        let emulator = try MountedEmulator(
            "--actions", "0", "--deletion-actions", "3", "--actions-for",
            "\(Program.parser.path)=3")
        let upload = [ListBlock([bytes(hexadecimal: madeUpDigest(1))])].upload(label: names[0])
        #expect(emulator.add(upload, label: names[0]) == "ok")
        let lists = try TemporaryDirectory()
        try lists.write(.package(1), to: names[0])
        let program = try Command(
            Program.watcher.path, ["--interface", emulator.directory, lists.path]
        ).start()
        defer {
            program.send(SIGTERM)
            _ = try? program.outcome(within: 30)
        }
        let digest = try #require(try emulator.loadedLists().first?.digest)
        try wait { emulator.query("sha256-\(digest)").contains("(actions: 3)") }
    }
}
