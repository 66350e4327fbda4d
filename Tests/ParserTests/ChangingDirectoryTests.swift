import BlackBox
import Foundation
import Synchronization
import Testing

/// A directory that changes while it is read.
@Suite(.needs(.parser, .emulator), .needsTracing)
struct ChangingDirectoryTests {
    /// On tmpfs, which does not show some names while others are renamed.
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator

    init() throws {
        directory = try TemporaryDirectory(in: "/dev/shm")
        emulator = try MountedEmulator()
    }

    /// Does something over and over while a function runs.
    private func whileDoing(
        _ step: @escaping @Sendable (Int) -> Void, run body: () throws -> Void
    ) rethrows {
        let isOver = Mutex(false)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            var number = 0
            while !isOver.withLock({ $0 }) {
                step(number)
                number += 1
            }
            done.signal()
        }
        thread.start()
        defer {
            isOver.withLock { $0 = true }
            done.wait()
        }
        try body()
    }

    @Test(
        "While lists are renamed over existing ones, sync deletes none and misses none at last",
        .timeLimit(.minutes(3)))
    func renames() throws {
        let names = (0..<800).map { listName("p\($0)") }
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        #expect(try emulator.run("sync", directory.path).summary?.added == 800)
        let path = directory.path
        let contents = try names.map { try directory.bytes(of: $0) }
        try whileDoing(
            { number in
                let name = names[number * 7 % names.count]
                let new = "\(path)/.new"
                FileManager.default.createFile(
                    atPath: new, contents: Data(contents[number * 7 % names.count]))
                rename(new, "\(path)/\(name)")
            },
            run: {
                for _ in 0..<30 {
                    let run = try emulator.run("sync", directory.path)
                    #expect(run.status == 0)
                    #expect(run.summary?.deleted == 0)
                    #expect(run.summary?.added == 0)
                }
            })
        #expect(try emulator.loadedLists().count == 800)
        #expect(try emulator.run("sync", directory.path).summary == Summary(alreadyLoaded: 800))
    }

    @Test("A list that has gone since the directory was read is no failure")
    func gone() throws {
        let names = (0..<300).map { listName("p\($0)") }
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        let path = directory.path
        let contents = try names.map { try directory.bytes(of: $0) }
        try whileDoing(
            { number in
                // Each is there most of the time, and all at the end.
                let index = number % names.count
                unlink("\(path)/\(names[index])")
                FileManager.default.createFile(
                    atPath: "\(path)/.new", contents: Data(contents[index]))
                rename("\(path)/.new", "\(path)/\(names[index])")
            },
            run: {
                for round in 0..<40 {
                    let run = try emulator.run(round % 2 == 0 ? "sync" : "add", directory.path)
                    #expect(run.failures == [])
                    #expect(run.status == 0)
                }
            })
        #expect(try emulator.run("sync", directory.path).status == 0)
        #expect(try emulator.loadedLists().count == 300)
    }

    @Test("A list that is named and not there is a failure")
    func missing() throws {
        let path = directory.path(listName("gone"))
        let run = try emulator.run("add", path)
        #expect(run.status == 1)
        #expect(
            run.failures == [
                .init(file: path, reason: "cannot open: No such file or directory (ENOENT)")
            ])
    }

    @Test("Before a deletion the name is looked up, and of a shortened label all names")
    func lookedUp() throws {
        let (short, long) = (listName("short"), listName(String(repeating: "x", count: 200)))
        for (seed, name) in [short, long].enumerated() {
            try directory.write(.package(seed), to: name)
        }
        #expect(try emulator.run("sync", directory.path).summary?.added == 2)
        for name in [short, long] { try directory.remove(name) }
        let (outcome, calls) = try trace(
            Command(
                Program.parser.path, ["--interface", emulator.directory, "sync", directory.path]))
        #expect(outcome.status == 0)
        #expect(try emulator.loadedNames() == [])
        let lookup = calls.firstIndex {
            $0.name == "newfstatat" && $0.arguments.contains("\"\(short)\"")
        }
        let deletion = calls.firstIndex { $0.openedPath == emulator.path("digest_list_del") }
        #expect(try #require(lookup) < #require(deletion))
        let listings = calls.indices.filter {
            calls[$0].name == "getdents64" && calls[$0].arguments.contains(directory.path)
        }
        #expect(try #require(listings.last) > #require(deletion))
    }
}
