import BlackBox
import Testing

/// Lists that do not go up in one piece.
@Suite(.needs(.parser, .emulator))
struct SplitTests {
    private let directory: TemporaryDirectory
    private let name = listName("large")
    /// The list that comes after the large one.
    private let next = listName("next")

    init() throws { directory = try TemporaryDirectory() }

    /// Writes a list and one that comes after it.
    ///
    /// - Returns: The list's digests.
    private func write(_ mutable: Int, _ immutable: Int) throws -> PackageDigests {
        try directory.write(.package(1, mutable: mutable, immutable: immutable), to: name)
        try directory.write(.package(2), to: next)
        var digests = PackageDigests()
        digests.mutable = (0..<mutable).map { madeUpDigest(1, $0) }
        digests.immutable = (mutable..<mutable + immutable).map { madeUpDigest(1, $0) }
        return digests
    }

    /// Checks that a list is there in parts, each once and in order.
    ///
    /// - Returns: The sizes of the parts.
    private func checkParts(
        of emulator: MountedEmulator, _ digests: PackageDigests
    ) throws -> [Int] {
        let uploads = try emulator.added().filter { $0.label == name }
        let loaded = try emulator.loadedLists()
        let parts = try uploads.map { upload in
            try #require(loaded.first { $0.digest == upload.digest })
        }
        #expect(try PackageDigests(of: parts) == digests)
        #expect(parts.allSatisfy { $0.hasTail })
        // All mutable digests come before the first immutable one.
        let modifiers = try parts.flatMap { try $0.blocks.map(\.modifiers) }
        #expect(modifiers == modifiers.sorted())
        #expect(loaded.count { $0.label == name } == parts.count)
        #expect(try emulator.counts()[1] == "\(digests.count + 1)")
        return uploads.map(\.size)
    }

    @Test("The largest list that the kernel takes goes up in one piece")
    func largest() throws {
        let emulator = try MountedEmulator()
        let digests = try write(131_069, 0)
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(try checkParts(of: emulator, digests) == [(4 << 20) - 16])
    }

    @Test("From 4 MiB on a list is split between digests")
    func split() throws {
        let emulator = try MountedEmulator()
        let digests = try write(140_000, 10_000)
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(
            run.summary == Summary(added: 2, mutable: 140_001, immutable: 10_000))
        let sizes = try checkParts(of: emulator, digests)
        #expect(sizes.count == 3)
        #expect(sizes[0] == (4 << 20) - 16)
        // The kernel never saw more than it takes.
        let uploads = try emulator.operations().filter { $0.file == "digest_list_add" }
        #expect(uploads.allSatisfy { $0.size < 4 << 20 && $0.result == "ok" })
        #expect(
            try emulator.run("add", directory.path).summary == Summary(alreadyLoaded: 2))
        #expect(try emulator.run("del", directory.path).summary == Summary(deleted: 2))
        #expect(try emulator.loadedNames() == [])
    }

    @Test("A list of 4 MiB, to the byte, is one byte too large")
    func twoBlocks() throws {
        let emulator = try MountedEmulator()
        let digests = try write(65_536, 65_533)
        #expect(try emulator.run("add", directory.path).status == 0)
        let sizes = try checkParts(of: emulator, digests)
        #expect(sizes == [80 + (2 << 20), 80 + (2 << 20) - 96])
        #expect(try emulator.operations().allSatisfy { $0.result == "ok" })
    }

    @Test(
        "Where the kernel's memory is too fragmented, lists are halved",
        arguments: [1_000_000, 100_000, 10_000, 4096])
    func halved(limit: Int) throws {
        let emulator = try MountedEmulator("--fail-over", "\(limit):ENOMEM")
        let digests = try write(20_000, 15_000)
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0, "\(run.outcome.errors)")
        let sizes = try checkParts(of: emulator, digests)
        #expect(sizes.allSatisfy { $0 <= limit })
        #expect(try #require(sizes.max()) > limit / 2 - 64)
    }

    @Test("A list that not even a page of has room is a failure, and the next one is processed")
    func noMemory() throws {
        let emulator = try MountedEmulator("--fail-over", "4000:ENOMEM")
        _ = try write(1000, 0)
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 1)
        #expect(run.summary == Summary(added: 1, mutable: 1, failed: 1))
        #expect(
            run.failures == [
                .init(
                    file: directory.path(name),
                    reason: "the kernel does not take the list: Cannot allocate memory (ENOMEM)")
            ])
        #expect(try emulator.loadedLabels() == [next])
        let sizes = try emulator.operations()
            .filter { $0.label == name && $0.file == "digest_list_add" }.map(\.size)
        // Halves down to one page, and not one byte less.
        #expect(sizes.last == 4096 - (4096 - 80) % 32)
        #expect(sizes == sizes.sorted(by: >))
    }

    @Test("After a failure in the middle, adding again adds the rest")
    func rest() throws {
        let emulator = try MountedEmulator("--fail-every", "5:EIO")
        let digests = try write(140_000, 10_000)
        // The last of three parts is the fifth upload.
        for _ in 0..<2 { #expect(emulator.add([0]) == "EINVAL") }
        let run = try emulator.run("add", directory.path(name))
        #expect(run.status == 1)
        #expect(run.failures.map(\.file) == [directory.path(name)])
        #expect(try emulator.added().count == 2)
        let again = try emulator.run("add", directory.path)
        #expect(again.status == 0)
        #expect(again.summary?.added == 2)
        _ = try checkParts(of: emulator, digests)
    }

    @Test("A write of which the kernel took only a part is a failure")
    func shortWrite() throws {
        let emulator = try MountedEmulator("--max-write", "131072", "--fail-over", "200000:EPERM")
        _ = try write(10_000, 0)
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 1)
        #expect(run.failures.map(\.file) == [directory.path(name)])
        #expect(run.summary == Summary(added: 1, mutable: 1, failed: 1))
        #expect(try emulator.loadedLabels() == [next])
    }
}
