import BlackBox
import Testing

/// After a `sync` the kernel holds what the directory says.
@Suite(.needs(.parser, .emulator))
struct SyncTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator
    private let names = ["a", "b", "c"].map(listName)

    init() throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator()
    }

    /// Runs `sync`, then once more, which must change nothing, and upload nothing but what the
    /// kernel takes only in parts.
    private func sync(
        on emulator: MountedEmulator? = nil, inParts: Bool = false
    ) throws -> ParserRun {
        let emulator = emulator ?? self.emulator
        let run = try emulator.run("sync", directory.path)
        let loaded = try emulator.loadedLists()
        let operations = try emulator.operations().count
        let again = try emulator.run("sync", directory.path)
        #expect(again.summary?.added == 0)
        #expect(again.summary?.deleted == 0)
        #expect(again.summary?.failed == run.summary?.failed)
        #expect(try emulator.loadedLists() == loaded)
        if run.status == 0, !inParts { #expect(try emulator.operations().count == operations) }
        return run
    }

    @Test("What is missing is added, what no file stands for is deleted")
    func addedAndDeleted() throws {
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        #expect(try sync().summary == Summary(added: 3, mutable: 3))
        try directory.remove(names[1])
        try directory.write(.package(7, mutable: 2, immutable: 1), to: listName("d"))
        let run = try sync()
        #expect(run.status == 0)
        #expect(
            run.summary == Summary(added: 1, mutable: 2, immutable: 1, alreadyLoaded: 2, deleted: 1)
        )
        #expect(try emulator.loadedLabels() == [names[0], names[2], listName("d")])
        // First what is new, then what is old.
        let files = try emulator.operations().map(\.file).filter { $0 != "digest_list_label" }
        #expect(files.suffix(2) == ["digest_list_add", "digest_list_del"])
    }

    @Test("An empty directory leaves no list of packages, and all others")
    func others() throws {
        let lists = ["0-parser_list-compact-rpm_parser", "0-file_list-compact-mine", "parser", "x"]
        for (byte, label) in lists.enumerated() {
            let block = ListBlock([[UInt8](repeating: UInt8(byte) + 1, count: 32)])
            #expect(emulator.add(block.bytes, label: label) == "ok")
        }
        try directory.write(.package(1), to: names[0])
        _ = try sync()
        try directory.remove(names[0])
        #expect(try sync().summary == Summary(deleted: 1))
        #expect(try emulator.loadedLabels() == lists.sorted())
    }

    @Test("A directory that is not there, or a file, deletes nothing", arguments: ["gone", "file"])
    func noDirectory(name: String) throws {
        try directory.write(.package(1), to: names[0])
        _ = try sync()
        try directory.write("text", to: "file")
        let run = try emulator.run("sync", directory.path(name))
        #expect(run.status == 1)
        #expect(run.summary == Summary(failed: 1))
        #expect(run.failures.map(\.file) == [directory.path(name)])
        #expect(try emulator.loadedLabels() == [names[0]])
    }

    @Test("A list that has changed under its name is replaced")
    func changed() throws {
        try directory.write(.package(1, mutable: 2), to: names[0])
        _ = try sync()
        try directory.write(.package(2, mutable: 3), to: names[0])
        #expect(try sync().summary == Summary(added: 1, mutable: 3, deleted: 1))
        let loaded = try emulator.loadedLists()
        #expect(loaded.count == 1)
        #expect(try PackageDigests(of: loaded).mutable == (0..<3).map { madeUpDigest(2, $0) })
    }

    @Test("A list that has grown is replaced, although all that was loaded is still in it")
    func grown() throws {
        try directory.write(.package(1, mutable: 2), to: names[0])
        _ = try sync()
        try directory.write(.package(1, mutable: 4), to: names[0])
        #expect(try sync().summary == Summary(added: 1, mutable: 4, deleted: 1))
        #expect(try emulator.loadedLists().count == 1)
    }

    @Test("A list that is broken now keeps what was loaded for it")
    func broken() throws {
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        _ = try sync()
        try directory.write("Nothing that a parser could read", to: names[1])
        try directory.remove(names[2])
        let run = try sync()
        #expect(run.status == 1)
        #expect(run.summary == Summary(alreadyLoaded: 1, deleted: 1, failed: 1))
        #expect(run.failures.map(\.file) == [directory.path(names[1])])
        #expect(try emulator.loadedLabels() == [names[0], names[1]])
    }

    @Test("A list whose package has no digests any more is deleted")
    func emptied() throws {
        try directory.write(.package(1), to: names[0])
        _ = try sync()
        try directory.write(HeaderWriter(of: []), to: names[0])
        #expect(try sync().summary == Summary(deleted: 1, empty: 1))
        #expect(try emulator.loadedLists() == [])
    }

    @Test("Two packages with the same files are two lists")
    func equalLists() throws {
        try directory.write(.package(1), to: names[0])
        try directory.write(.package(1), to: names[1])
        #expect(try sync().summary == Summary(added: 2, mutable: 2))
        try directory.remove(names[0])
        #expect(try sync().summary == Summary(alreadyLoaded: 1, deleted: 1))
        #expect(try emulator.counts() == ["0", "1", "0", "1"])
        try directory.write(.package(1), to: names[0])
        try directory.write(.package(2), to: names[1])
        #expect(try sync().summary == Summary(added: 2, mutable: 2, deleted: 1))
        #expect(try emulator.loadedLists().map(\.label) == [names[0], names[1]])
        #expect(try emulator.loadedLists().allSatisfy { $0.hasTail })
    }

    @Test("Adding and deleting releases with the same files leaves nothing behind")
    func releases() throws {
        for name in names.prefix(2) { try directory.write(.package(1), to: name) }
        for (operation, name) in [
            ("add", 0), ("add", 1), ("del", 0), ("add", 1), ("add", 0), ("del", 1), ("add", 1),
        ] {
            let run = try emulator.run(operation, directory.path(names[name]))
            #expect(run.status == 0)
        }
        #expect(try emulator.loadedLists().map(\.label) == [names[0], names[1]])
        #expect(try emulator.run("del", directory.path).summary == Summary(deleted: 2))
        #expect(try emulator.loadedNames() == [])
    }

    @Test("Lists without a tail, of an earlier version or the kernel's C tools, are replaced")
    func withoutTail() throws {
        try directory.write(.package(1, mutable: 2, immutable: 1), to: names[0])
        try directory.write(.package(2), to: names[1])
        let digests = (0..<3).map { bytes(hexadecimal: madeUpDigest(1, $0)) }
        let blocks = [
            ListBlock(Array(digests[..<2])), ListBlock(modifiers: 1, Array(digests[2...])),
        ]
        // In one upload, and in two.
        for block in blocks { #expect(emulator.add(block.bytes, label: names[0]) == "ok") }
        #expect(emulator.add(blocks.flatMap(\.bytes), label: names[0]) == "ok")
        #expect(emulator.add(blocks[0].bytes + blocks[0].bytes, label: names[2]) == "ok")
        #expect(
            try sync().summary == Summary(added: 2, mutable: 3, immutable: 1, deleted: 4))
        #expect(try emulator.loadedLists().map(\.label) == [names[0], names[1]])
        #expect(try emulator.loadedLists().allSatisfy { $0.hasTail })
    }

    @Test("Lists that go up in parts", arguments: ["5000", "100000000"])
    func parts(limit: String) throws {
        let emulator = try MountedEmulator("--fail-over", "\(limit):ENOMEM")
        let count = limit == "5000" ? 500 : 140_000
        try directory.write(.package(1, mutable: count, immutable: 200), to: names[0])
        #expect(
            try sync(on: emulator, inParts: true).summary
                == Summary(added: 1, mutable: count, immutable: 200))
        #expect(try emulator.loadedLists().count > 1)
        try directory.write(.package(2, mutable: count, immutable: 300), to: names[0])
        let replaced = try emulator.run("sync", directory.path)
        #expect(replaced.summary?.added == 1)
        #expect(replaced.summary?.failed == 0)
        #expect(try emulator.counts()[1] == "\(count + 300)")
        try directory.remove(names[0])
        _ = try sync(on: emulator)
        #expect(try emulator.loadedNames() == [])
    }

    @Test("A dry run tells both and changes nothing")
    func dryRun() throws {
        try directory.write(.package(1), to: names[0])
        _ = try sync()
        try directory.remove(names[0])
        try directory.write(.package(2), to: names[1])
        let loaded = try emulator.loadedLists()
        let run = try emulator.run("sync", directory.path, options: "--dry-run")
        #expect(run.summary == Summary(isDryRun: true, added: 1, mutable: 1, deleted: 1))
        #expect(try emulator.loadedLists() == loaded)
    }

    @Test("A deletion that the kernel refuses is told, and the others are done")
    func refusedDeletion() throws {
        let emulator = try MountedEmulator("--fail-every", "5:EPERM")
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        _ = try emulator.run("sync", directory.path)
        for name in names { try directory.remove(name) }
        let run = try emulator.run("sync", directory.path)
        #expect(run.status == 1)
        #expect(run.summary == Summary(deleted: 2, failed: 1))
        #expect(try emulator.loadedLists().count == 1)
        #expect(run.failures.count == 1)
        #expect(run.failures[0].file.hasSuffix(try emulator.loadedLabels()[0]))
    }

    @Test("With .immutable, and without it afterwards")
    func immutableOnly() throws {
        try directory.write(.package(1, mutable: 2, immutable: 1), to: names[0])
        try directory.write("", to: ".immutable")
        #expect(try sync().summary == Summary(added: 1, immutable: 1))
        try directory.remove(".immutable")
        #expect(try sync().summary == Summary(added: 1, mutable: 2, immutable: 1, deleted: 1))
        #expect(try emulator.counts() == ["0", "3", "0", "1"])
    }
}
