import BlackBox
import Testing

/// What is deleted: all that was uploaded for a list, and nothing else.
@Suite(.needs(.parser, .emulator))
struct DeletionTests {
    private let directory: TemporaryDirectory
    private let name = listName("a")

    init() throws { directory = try TemporaryDirectory() }

    @Test("A list that went up in several pieces")
    func pieces() throws {
        let emulator = try MountedEmulator("--fail-over", "5000:ENOMEM")
        try directory.write(.package(1, mutable: 300, immutable: 200), to: name)
        #expect(try emulator.run("add", directory.path).summary?.added == 1)
        let loaded = try emulator.loadedLists()
        #expect(loaded.count > 3)
        #expect(loaded.allSatisfy { $0.label == name })
        try directory.remove(name)
        let run = try emulator.run("del", directory.path(name))
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 1))
        #expect(try emulator.loadedNames() == [])
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
    }

    @Test("Two lists with one label, as the kernel's C tools upload them", arguments: ["v2", "v3"])
    func twoListsOfOneLabel(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        let type: UInt16 = abi == "v2" ? 2 : 1
        for modifiers in [0, 1] as [UInt16] {
            let digest = [UInt8](repeating: UInt8(modifiers) + 1, count: 32)
            let block = ListBlock(type: type, modifiers: modifiers, [digest])
            let label = abi == "v2" ? "digest_label" : "digest_list_label"
            #expect(emulator.write(Array("\(name)\0".utf8), to: label) == "ok")
            #expect(emulator.write(block.bytes, to: "digest_list_add") == "ok")
        }
        #expect(try emulator.counts() == ["0", "2", "0", "2"])
        let run = try emulator.run("del", directory.path(name))
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 1))
        #expect(try emulator.loadedNames() == [])
    }

    @Test("Lists with other labels stay")
    func otherLabels() throws {
        let emulator = try MountedEmulator()
        let names = [
            name, "\(name).ascii", "\(name)-b", "1\(name)", String(name.dropLast()),
            "0-file_list-rpm-0-file_list-rpm-a-1-1.noarch",
        ].sorted()
        for (seed, name) in names.enumerated() {
            try directory.write(.package(seed), to: name)
        }
        emulator.add(ListBlock([[UInt8](repeating: 9, count: 32)]).bytes, label: "parser")
        #expect(try emulator.run("add", directory.path).status == 0)
        var left = (names + ["parser"]).sorted()
        #expect(try emulator.loadedLabels() == left)
        for name in names {
            let run = try emulator.run("del", directory.path(name))
            #expect(run.summary == Summary(deleted: 1))
            left.removeAll { $0 == name }
            #expect(try emulator.loadedLabels() == left)
        }
    }

    @Test("Entries without a list, which the kernel leaves for good, are no failure")
    func leftOverEntries() throws {
        let emulator = try MountedEmulator()
        try directory.write(.package(1), to: name)
        let list = [ListBlock([bytes(hexadecimal: madeUpDigest(1))])].upload(label: name)
        #expect(emulator.add(list, label: "other") == "ok")
        #expect(emulator.add(list, label: name) == "EEXIST")
        #expect(emulator.delete(list, label: "other") == "ok")
        #expect(try emulator.loadedLists().map(\.bytes) == [[]])
        let run = try emulator.run("del", directory.path(name))
        #expect(run.status == 0)
        #expect(run.summary == Summary(notLoaded: 1))
        // The kernel says that the entry is there; the list is not.
        for path in [directory.path(name), directory.path] {
            let late = try emulator.run("add", path)
            #expect(late.summary == Summary(failed: 1))
            #expect(
                late.failures == [
                    .init(
                        file: directory.path(name),
                        reason: """
                            the kernel keeps an empty entry of the list, and takes it only after \
                            a restart
                            """)
                ])
        }
    }

    @Test("A list of which some pieces are left, and an entry without one")
    func leftOverPieces() throws {
        let emulator = try MountedEmulator()
        let lists = (1...3).map { ListBlock([[UInt8](repeating: $0, count: 32)]).bytes }
        emulator.add(lists[0], label: "other")
        #expect(emulator.add(lists[0], label: name) == "EEXIST")
        emulator.add(lists[1], label: name)
        emulator.add(lists[2], label: name)
        #expect(try emulator.run("del", directory.path(name)).summary == Summary(deleted: 1))
        #expect(try emulator.counts() == ["0", "1", "0", "1"])
    }

    @Test("A piece that stays does not keep the others")
    func failureOfOnePiece() throws {
        let emulator = try MountedEmulator("--fail-every", "5:EPERM")
        for byte in 1...3 as ClosedRange<UInt8> {
            emulator.add(ListBlock([[UInt8](repeating: byte, count: 32)]).bytes, label: name)
        }
        let run = try emulator.run("del", directory.path(name))
        #expect(run.status == 1)
        #expect(run.summary == Summary(failed: 1))
        #expect(run.failures.map(\.file) == [directory.path(name)])
        #expect(try emulator.loadedLists().count == 1)
        #expect(try emulator.run("del", directory.path(name)).summary == Summary(deleted: 1))
        #expect(try emulator.loadedNames() == [])
    }

    @Test("What the files hold does not matter, nor whether they can be read")
    func filesAreNotRead() throws {
        let emulator = try MountedEmulator()
        try directory.write(.package(1), to: name)
        try directory.write(.package(2), to: listName("b"))
        _ = try emulator.run("add", directory.path)
        try directory.write("Something else\n", to: name)
        try directory.remove(listName("b"))
        try directory.makeDirectory(listName("b"))
        #expect(try emulator.run("del", directory.path).summary == Summary(deleted: 2))
        #expect(try emulator.loadedNames() == [])
    }

    @Test("A list whose name was shortened to a label")
    func longNames() throws {
        let emulator = try MountedEmulator()
        let names = ["a", "b"].map { listName(String(repeating: "x", count: 200) + $0) }
        for (seed, name) in names.enumerated() {
            try directory.write(.package(seed), to: name)
        }
        #expect(try emulator.run("add", directory.path).summary?.added == 2)
        let labels = try emulator.loadedLabels()
        #expect(Set(labels).count == 2)
        #expect(labels.allSatisfy { $0.utf8.count <= 113 })
        #expect(
            try emulator.run("del", directory.path(names[0])).summary == Summary(deleted: 1))
        #expect(try emulator.loadedLists().count == 1)
        #expect(
            try emulator.run("del", directory.path).summary
                == Summary(deleted: 1, notLoaded: 1))
    }
}
