import BlackBox
import Foundation
import Testing

/// What IMA does with uploads, and what the program makes of it.
@Suite(.needs(.parser, .emulator))
struct ActionTests {
    private let directory: TemporaryDirectory
    private let names = ["a", "b", "c"].map(listName)
    private static let ignored = "IMA ignores what this run has uploaded"

    init() throws { directory = try TemporaryDirectory() }

    /// A kernel that knows the parser: its uploads get the actions, and those of all others none.
    private func emulator(_ actions: Int, others: Int = 0) throws -> MountedEmulator {
        try MountedEmulator(
            "--actions", "\(others)", "--deletion-actions", "3", "--actions-for",
            "\(Program.parser.path)=\(actions)")
    }

    private func upload(_ seed: Int, _ name: String) -> [UInt8] {
        [ListBlock([bytes(hexadecimal: madeUpDigest(seed))])].upload(label: name)
    }

    private func actions(in emulator: MountedEmulator, of name: String) throws -> String? {
        let list = try emulator.loadedLists().first { $0.label == name && !$0.bytes.isEmpty }
        let answer = emulator.query("sha256-\(list?.digest ?? "")")
        return answer.firstMatch(of: /\(actions: ([0-9])\)/).map { String($0.output.1) }
    }

    private func isTold(_ run: ParserRun) -> Bool {
        run.outcome.errors.contains(Self.ignored)
    }

    @Test("Uploads that IMA ignores are told where it takes others", arguments: [false, true])
    func ignored(single: Bool) throws {
        let emulator = try emulator(0, others: 3)
        #expect(emulator.add(upload(9, "x"), label: "x") == "ok")
        try directory.write(.package(1), to: names[0])
        let path = single ? directory.path(names[0]) : directory.path
        for options in [[], ["--quiet"]] {
            let outcome = try Command(
                Program.parser.path,
                options + ["--interface", emulator.directory, "add", path]
            ).run()
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("\(Self.ignored): not measured and not appraised"))
            #expect(
                try ParserRun("del", [path], at: emulator.directory).summary
                    == Summary(deleted: 1))
        }
    }

    @Test("Where no list has actions, or all have them, nothing is told")
    func ordinary() throws {
        for (actions, others) in [(0, 0), (3, 3), (3, 0), (1, 1)] {
            let emulator = try emulator(actions, others: others)
            #expect(emulator.add(upload(9, "x"), label: "x") == "ok")
            try directory.write(.package(1), to: names[0])
            for path in [directory.path(names[0]), directory.path] {
                let run = try emulator.run("add", path)
                #expect(run.status == 0)
                #expect(run.failures == [])
                #expect(try emulator.run("del", path).status == 0)
            }
        }
    }

    @Test("One action less than others have")
    func less() throws {
        let emulator = try emulator(1, others: 3)
        #expect(emulator.add(upload(9, "x"), label: "x") == "ok")
        try directory.write(.package(1), to: names[0])
        let run = try emulator.run("add", directory.path)
        #expect(
            run.outcome.errors.contains(
                "IMA takes what this run has uploaded for less than other lists: not appraised;"))
    }

    @Test("For one list that counts nothing is listed", .needsTracing, arguments: [1, 2, 3])
    func single(actions: Int) throws {
        let emulator = try emulator(actions, others: 3)
        for seed in 10..<50 { #expect(emulator.add(upload(seed, "x\(seed)")) == "ok") }
        let path = try directory.write(.package(1), to: names[0])
        let (outcome, calls) = try trace(
            Command(Program.parser.path, ["--interface", emulator.directory, "add", path]))
        #expect(outcome.status == 0)
        let opened = Set(calls.compactMap(\.openedPath))
        #expect(!opened.contains(emulator.path("digest_lists_loaded")))
        #expect(opened.contains(emulator.path("digest_query")))
    }

    @Test("Lists that somebody loaded without actions are counted, and renewed on request")
    func renewal() throws {
        let emulator = try emulator(3)
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        for seed in 0..<2 {
            #expect(emulator.add(upload(seed, names[seed]), label: names[seed]) == "ok")
        }
        let run = try emulator.run("sync", directory.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary(added: 1, mutable: 1, alreadyLoaded: 2, weaker: 2))
        // Now nothing is uploaded that they could be compared with.
        #expect(try emulator.run("sync", directory.path).summary == Summary(alreadyLoaded: 3))
        #expect(try actions(in: emulator, of: names[0]) == "0")
        let renewal = try emulator.run("sync", directory.path, options: "--renew")
        #expect(renewal.status == 0)
        #expect(renewal.summary == Summary(alreadyLoaded: 3, renewed: 2))
        for name in names { #expect(try actions(in: emulator, of: name) == "3") }
        let operations = try emulator.operations().count
        #expect(
            try emulator.run("sync", directory.path, options: "--renew").summary
                == Summary(alreadyLoaded: 3))
        #expect(try emulator.operations().count == operations)
    }

    @Test("Where there is nothing to be gained, one list is tried and no more")
    func nothingToGain() throws {
        let emulator = try emulator(0)
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        #expect(try emulator.run("add", directory.path).summary?.added == 3)
        let run = try emulator.run("sync", directory.path, options: "--renew")
        #expect(run.summary == Summary(alreadyLoaded: 3, renewed: 1))
        #expect(try emulator.loadedLists().count == 3)
    }

    @Test("Where IMA only measures, nothing is renewed: no entry comes into its log")
    func alike() throws {
        let emulator = try emulator(1, others: 1)
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        #expect(try emulator.run("add", directory.path).summary?.added == 3)
        let operations = try emulator.operations().count
        let run = try emulator.run("sync", directory.path, options: "--renew")
        #expect(run.summary == Summary(alreadyLoaded: 3))
        #expect(try emulator.operations().count == operations)
    }

    @Test("Lists with fewer actions than their neighbours are renewed, without an upload")
    func unlike() throws {
        let emulator = try emulator(3)
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        #expect(emulator.add(upload(1, names[1]), label: names[1]) == "ok")
        for name in [names[0], names[2]] {
            #expect(try emulator.run("add", directory.path(name)).status == 0)
        }
        let run = try emulator.run("sync", directory.path, options: "--renew")
        #expect(run.summary == Summary(alreadyLoaded: 3, renewed: 1))
        #expect(try actions(in: emulator, of: names[1]) == "3")
    }

    @Test("A list that the kernel does not let go of is told, and the others are renewed")
    func refused() throws {
        // Appraised and not measured: more of one, less of the other.
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        let other = try directory.copyOfParser()
        let strong = try MountedEmulator(
            "--actions", "0", "--actions-for", "\(Program.parser.path)=1", "--actions-for",
            "\(other)=2")
        _ = try Command(
            other, ["--interface", strong.directory, "add", directory.path(names[0])]
        ).run()
        #expect(strong.add(upload(1, names[1]), label: names[1]) == "ok")
        let run = try strong.run("sync", directory.path, options: "--renew")
        #expect(run.status == 1)
        #expect(run.summary?.renewed == 1)
        #expect(run.summary?.failed == 1)
        #expect(run.failures.contains { $0.file == directory.path(names[0]) })
        #expect(try strong.loadedLists().count == 3)
    }
}

extension TemporaryDirectory {
    /// Copies the program, to be another one to the kernel.
    fileprivate func copyOfParser() throws -> String {
        let path = path("other-parser")
        try FileManager.default.copyItem(atPath: Program.parser.path, toPath: path)
        return path
    }
}
