import BlackBox
import Foundation
import Synchronization
import Testing

/// Lists that are loaded under other labels than those that they were uploaded with.
@Suite(.needs(.parser, .emulator))
struct ForeignLabelTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator
    private let names = ["a", "b", "c"].map(listName)
    private let foreign = [
        "x", listName("b"), "0-file_list-compact-a", String(repeating: "y", count: 150),
    ]

    init() throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator()
    }

    /// What is uploaded for a package.
    private func upload(_ seed: Int, _ name: String) -> [UInt8] {
        [ListBlock([bytes(hexadecimal: madeUpDigest(seed))])].upload(label: name)
    }

    private func told(_ run: ParserRun) -> [String] {
        run.failures.filter { $0.reason.hasPrefix("loaded under this label") }.map(\.file)
    }

    @Test("A list under a foreign label is told, deleted there and added again")
    func mended() throws {
        for operation in ["add", "sync"] {
            for label in foreign where label != names[0] {
                try directory.write(.package(1), to: names[0])
                #expect(emulator.add(upload(1, names[0]), label: label) == "ok")
                let run = try emulator.run(operation, directory.path)
                #expect(run.status == 0)
                #expect(run.summary == Summary(added: 1, mutable: 1, foreign: 1))
                #expect(told(run).count == 1)
                #expect(told(run)[0].hasSuffix("-\(label)"))
                #expect(try emulator.loadedLists().map(\.label) == [names[0]])
                #expect(try emulator.loadedLists().allSatisfy { $0.hasTail })
                #expect(
                    try emulator.run(operation, directory.path).summary
                        == Summary(alreadyLoaded: 1))
                #expect(try emulator.run("del", directory.path).status == 0)
                #expect(try emulator.loadedNames() == [])
            }
        }
    }

    @Test("One list that is named comes home too")
    func single() throws {
        let path = try directory.write(.package(1), to: names[0])
        #expect(emulator.add(upload(1, names[0]), label: "x") == "ok")
        #expect(try emulator.run("add", path).status == 0)
        let lists = try emulator.loadedLists().filter { !$0.bytes.isEmpty }
        #expect(lists.map(\.label) == [names[0]])
        #expect(try emulator.run("del", path).summary == Summary(deleted: 1))
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
    }

    @Test("Where an empty entry is left under its own label, a list does not get lost")
    func emptyEntry() throws {
        for operation in ["add", "sync"] {
            let emulator = try MountedEmulator()
            let path = try directory.write(.package(1), to: names[0])
            #expect(emulator.add(upload(1, names[0]), label: "x") == "ok")
            #expect(emulator.add(upload(1, names[0]), label: names[0]) == "EEXIST")
            let run = try emulator.run(operation, directory.path)
            #expect(run.status == 0)
            #expect(run.summary == Summary(added: 1, mutable: 1, foreign: 1))
            let lists = try emulator.loadedLists().filter { !$0.bytes.isEmpty }
            #expect(lists.map(\.label) == [names[0]])
            #expect(try emulator.run("del", path).summary == Summary(deleted: 1))
            #expect(try emulator.counts() == ["0", "0", "0", "0"])
        }
    }

    @Test("del finds what was uploaded for a list under whatever label")
    func deletion() throws {
        #expect(emulator.add(upload(1, names[0]), label: "x") == "ok")
        #expect(emulator.add(upload(2, names[1]), label: names[1]) == "ok")
        let dry = try emulator.run("del", directory.path(names[0]), options: "--dry-run")
        #expect(dry.summary == Summary(isDryRun: true, deleted: 1, foreign: 1))
        let run = try emulator.run("del", directory.path(names[0]))
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 1, foreign: 1))
        #expect(try emulator.loadedLabels() == [names[1]])
    }

    @Test("sync deletes what no file stands for, under whatever label, and no list of others")
    func leftOver() throws {
        let own = ListBlock([[UInt8](repeating: 7, count: 32)])
        #expect(emulator.add(upload(1, names[0]), label: "x") == "ok")
        // As `diglimctl convert` makes them, and as the kernel then calls them.
        #expect(emulator.add(upload(2, names[1]), label: "0-file_list-compact-b") == "ok")
        #expect(emulator.add(own.bytes, label: "y") == "ok")
        #expect(emulator.add([own, own].upload(label: "z"), label: "z") == "ok")
        let run = try emulator.run("sync", directory.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 1, foreign: 1))
        #expect(try emulator.loadedLabels() == ["0-file_list-compact-b", "y", "z"])
        #expect(try emulator.run("sync", directory.path).summary == Summary())
    }

    @Test(
        "Somebody who writes labels all the time loses no list, and changes no label for good",
        .timeLimit(.minutes(3)))
    func race() throws {
        let lists = try ManyLists(300)
        let isOver = Mutex(false)
        let label = emulator.path("digest_list_label")
        let writer = Thread {
            while !isOver.withLock({ $0 }) {
                let descriptor = Glibc.open(label, O_WRONLY | O_CLOEXEC)
                for _ in 0..<50 { _ = Glibc.write(descriptor, "foreign\0", 8) }
                close(descriptor)
                usleep(200)
            }
        }
        writer.start()
        for _ in 0..<10 { _ = try emulator.run("add", lists.path) }
        isOver.withLock { $0 = true }
        usleep(100_000)
        let run = try emulator.run("sync", lists.path)
        #expect(run.status == 0)
        let loaded = try emulator.loadedLists().filter { !$0.bytes.isEmpty }
        #expect(Set(loaded.map(\.label)) == Set(lists.names))
        #expect(loaded.count == 300)
        #expect(try emulator.run("sync", lists.path).summary == Summary(alreadyLoaded: 300))
    }
}
