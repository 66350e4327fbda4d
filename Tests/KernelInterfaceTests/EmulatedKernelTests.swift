import BlackBox
import DigestList
import KernelInterface
import KernelQueries
import LinuxFiles
import Testing

@Suite("The interface of an emulated kernel", .needs(.emulator)) struct EmulatedKernelTests {
    /// The digests that are loaded under a label, whatever lists they are in.
    private func digests(
        loadedIn emulator: MountedEmulator, label: String
    ) throws -> [[UInt8]] {
        try emulator.loadedLists().filter { $0.label == label }
            .flatMap { try $0.blocks }.flatMap(\.digests)
    }

    @Test("A list is added once", arguments: ["v2", "v3"])
    func adding(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        var list = block(3)
        list.type = abi == "v2" ? 2 : 1
        var interface = try Interface(path: emulator.directory, waiting: 0)
        #expect(try add(list.bytes, label: "a", to: &interface))
        #expect(try !add(list.bytes, label: "a", to: &interface))
        #expect(try interface.counts().file == 3)
        #expect(try interface.counts().digestList == 1)
        #expect(try emulator.loadedLists().map(\.bytes) == [list.bytes])
        #expect(try emulator.loadedLabels() == ["a"])
    }

    @Test("A list that is loaded under another label comes under its own")
    func otherLabel() throws {
        let emulator = try MountedEmulator()
        let list = [block(3)].upload(label: "b")
        var interface = try Interface(path: emulator.directory, waiting: 0)
        #expect(try add(list, label: "a", to: &interface))
        #expect(try add(list, label: "b", to: &interface))
        #expect(try !add(list, label: "b", to: &interface))
        #expect(try emulator.loadedLists().filter { $0.label == "b" }.map(\.bytes) == [list])
        #expect(try interface.counts().file == 3)
        #expect(try delete(label: "b", from: &interface))
        #expect(try interface.counts().file == 0)
    }

    @Test("An entry that the kernel keeps without a list is told")
    func emptyEntry() throws {
        let emulator = try MountedEmulator()
        let list = block(3).bytes
        #expect(emulator.add(list, label: "a") == "ok")
        #expect(emulator.add(list, label: "b") == "EEXIST")
        #expect(emulator.delete(list, label: "a") == "ok")
        var interface = try Interface(path: emulator.directory, waiting: 0)
        let result = Result { try add(list, label: "b", to: &interface) }
        #expect(throws: InterfaceError(.unloadable)) { try result.get() }
        #expect(try interface.counts().file == 0)
    }

    @Test("A list that the kernel wrongly calls loaded is told")
    func wronglyCalledLoaded() throws {
        let emulator = try MountedEmulator("--fail-every", "1:EEXIST")
        var interface = try Interface(path: emulator.directory, waiting: 0)
        let result = Result { try add(block(1).bytes, label: "a", to: &interface) }
        #expect(throws: InterfaceError(.add, .exists)) { try result.get() }
    }

    @Test("A shorter label keeps nothing of a longer one")
    func labels() throws {
        let emulator = try MountedEmulator()
        var interface = try Interface(path: emulator.directory, waiting: 0)
        for label in ["a-long-label", "x", "longer-than-that-was"] {
            #expect(try add(block(label.utf8.count).bytes, label: label, to: &interface))
        }
        #expect(
            try emulator.loadedLabels().sorted() == ["a-long-label", "longer-than-that-was", "x"])
    }

    @Test("Adding, asking and deleting follow each other without waiting")
    func turns() throws {
        let emulator = try MountedEmulator()
        var interface = try Interface(path: emulator.directory, waiting: 0)
        for number in 1...5 {
            let list = block(number)
            #expect(try add(list.bytes, label: "l\(number)", to: &interface))
            let answer = try interface.query(list.digests[0], algorithm: .sha256)
            #expect(String(decoding: answer, as: UTF8.self).contains("-l\(number) "))
            #expect(try interface.counts().file == UInt64(number))
            #expect(try delete(label: "l\(number)", from: &interface))
            #expect(try interface.query(list.digests[0], algorithm: .sha256).isEmpty)
            #expect(try !delete(label: "l\(number)", from: &interface))
        }
        #expect(try emulator.loadedLists().isEmpty)
    }

    @Test("An interface that is held for a while is waited for")
    func patience() throws {
        let emulator = try MountedEmulator("--busy", "1")
        var hasty = try Interface(path: emulator.directory, waiting: 0)
        let result = Result { try add(block(1).bytes, label: "a", to: &hasty) }
        #expect(throws: InterfaceError(.busy, .busy)) { try result.get() }
        var patient = try Interface(path: emulator.directory, waiting: 60)
        #expect(try add(block(1).bytes, label: "a", to: &patient))
    }

    @Test("A list that does not fit into memory goes up in parts", arguments: [5000, 4097, 70000])
    func halving(limit: Int) throws {
        let emulator = try MountedEmulator("--fail-over", "\(limit):ENOMEM")
        let first = block(3000)
        let second = block(700, algorithm: .sha1, isImmutable: true, from: 5000)
        let list = first.bytes + second.bytes + uploadTail(of: "parts", algorithm: 2)
        var interface = try Interface(path: emulator.directory, waiting: 0)
        #expect(try add(list, label: "parts", to: &interface))
        let added = try emulator.added()
        #expect(added.count > 1)
        #expect(added.allSatisfy { $0.size <= limit && $0.label == "parts" })
        let digests = try digests(loadedIn: emulator, label: "parts")
        #expect(digests.count == 3700)
        #expect(Set(digests) == Set(first.digests + second.digests))
        #expect(try !add(list, label: "parts", to: &interface))
        #expect(try delete(label: "parts", from: &interface))
        #expect(try emulator.loadedLists().isEmpty)
    }

    @Test("A list of a page that does not fit is given up")
    func noMemory() throws {
        let emulator = try MountedEmulator("--fail-over", "4000:ENOMEM")
        var interface = try Interface(path: emulator.directory, waiting: 0)
        let result = Result {
            try add([block(5000)].upload(label: "large"), label: "large", to: &interface)
        }
        #expect(throws: InterfaceError(.add, .noMemory)) { try result.get() }
        #expect(try emulator.loadedLists().isEmpty)
        // The next one is none the worse for it.
        #expect(try add(block(100).bytes, label: "small", to: &interface))
    }

    @Test("What was missing of a list in parts is added")
    func rest() throws {
        let list = [block(3000)].upload(label: "parts")
        let emulator = try MountedEmulator("--fail-over", "70000:ENOMEM")
        #expect(try addWithOwnInterface(list, at: emulator))
        let whole = try emulator.loadedLists()
        #expect(whole.count > 1)
        #expect(emulator.delete(whole[0].bytes, label: "parts") == "ok")
        #expect(try emulator.loadedLists() == Array(whole.dropFirst()))
        #expect(try addWithOwnInterface(list, at: emulator))
        #expect(try emulator.loadedLists() == whole)
        #expect(try !addWithOwnInterface(list, at: emulator))
    }

    /// Leaves the interface to others afterwards.
    private func addWithOwnInterface(
        _ list: [UInt8], at emulator: MountedEmulator
    ) throws -> Bool {
        var interface = try Interface(path: emulator.directory, waiting: 0)
        return try add(list, label: "parts", to: &interface)
    }

    @Test("A list of which only a part is taken is not taken for added")
    func shortWrite() throws {
        // Where FUSE cuts a list into pieces, an error of the last one comes back as less written.
        let emulator = try MountedEmulator("--max-write", "4096", "--fail-over", "5000:EINVAL")
        var interface = try Interface(path: emulator.directory, waiting: 0)
        let result = Result { try add(block(300).bytes, label: "large", to: &interface) }
        #expect(throws: InterfaceError(.shortWrite)) { try result.get() }
        #expect(try emulator.loadedLists().isEmpty)
        #expect(try add(block(100).bytes, label: "small", to: &interface))
        #expect(try emulator.loadedLabels() == ["small"])
    }

    @Test("Other errors come through, and the next list is none the worse for it")
    func otherErrors() throws {
        for name in ["EINVAL", "EPERM", "EIO", "EFBIG"] {
            let emulator = try MountedEmulator("--fail-every", "2:\(name)")
            var interface = try Interface(path: emulator.directory, waiting: 0)
            #expect(try add(block(1).bytes, label: "a", to: &interface))
            let result = Result { try add(block(2).bytes, label: "b", to: &interface) }
            let found = #expect(throws: InterfaceError.self) { try result.get() }
            #expect(found?.step == .add)
            #expect(found?.errno?.name.map { String(cString: $0) } == name)
            #expect(try add(block(3).bytes, label: "c", to: &interface))
            #expect(try emulator.loadedLabels() == ["a", "c"])
        }
    }
}
