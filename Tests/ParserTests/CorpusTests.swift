import BlackBox
import Foundation
import Testing

/// The whole chain over the headers of an installation: lists made, added and deleted.
@Suite(.needs(.parser, .diglimctl, .emulator), .needsCorpus)
struct CorpusTests {
    private let lists: TemporaryDirectory
    private let expected: [Corpus.Expectation]
    private let summary: Summary

    init() throws {
        lists = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
        expected = try Corpus.expected()
        summary = Summary(
            added: 128, mutable: expected.map(\.mutable).reduce(0, +),
            immutable: expected.map(\.immutable).reduce(0, +), empty: 1)
    }

    private var uploaded: [Corpus.Expectation] { expected.filter { !$0.isEmpty } }

    @Test("The digests of each list go up in one upload, in name order", arguments: ["v2", "v3"])
    func add(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        let run = try emulator.run("add", lists.path)
        #expect(run.status == 0)
        #expect(run.failures == [])
        #expect(run.summary == summary)
        try checkLoaded(emulator, type: abi == "v2" ? 2 : 1)
        let uploads = try emulator.operations().filter { $0.file == "digest_list_add" }
        #expect(uploads.map(\.label) == uploaded.map(\.name))
        #expect(uploads.allSatisfy { $0.result == "ok" })
        let label = abi == "v2" ? "digest_label" : "digest_list_label"
        try checkOnlyLabelsAndLists(of: emulator, labelFile: label)
    }

    @Test("What is loaded is not loaded again", arguments: ["v2", "v3"])
    func addTwice(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        _ = try emulator.run("add", lists.path)
        let loaded = try emulator.loadedLists()
        let again = try emulator.run("add", lists.path)
        #expect(again.status == 0)
        #expect(again.summary == Summary(alreadyLoaded: 128, empty: 1))
        #expect(try emulator.loadedLists() == loaded)
    }

    @Test("Deleting leaves nothing", arguments: ["v2", "v3"])
    func delete(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        _ = try emulator.run("add", lists.path)
        let run = try emulator.run("del", lists.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 128, notLoaded: 1))
        try checkEmpty(emulator)
        #expect(
            try emulator.run("del", lists.path).summary == Summary(notLoaded: 129))
    }

    @Test("Deleting needs the names alone", arguments: ["v2", "v3"])
    func deleteAfterTheFilesAreGone(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        _ = try emulator.run("add", lists.path)
        let paths = try lists.names().map { lists.path($0) }
        try FileManager.default.removeItem(atPath: lists.path)
        let run = try ParserRun("del", paths, at: emulator.directory)
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 128, notLoaded: 1))
        try checkEmpty(emulator)
    }

    @Test("The directory's own order leaves no trace")
    func sameEveryTime() throws {
        var logs: [[LoggedOperation]] = []
        for names in [
            try lists.names(), try lists.names().reversed(), try lists.names().shuffled(),
        ] {
            // Here directories show files in the order of their making.
            let copy = try TemporaryDirectory(in: "/dev/shm")
            for name in names { try copy.write(lists.bytes(of: name), to: name) }
            let emulator = try MountedEmulator()
            _ = try emulator.run("add", copy.path)
            logs.append(try emulator.operations())
        }
        #expect(logs[1] == logs[0])
        #expect(logs[2] == logs[0])
    }

    @Test("A converter of another making comes to the same bytes", arguments: ["v2", "v3"])
    func differential(abi: String) throws {
        let emulator = try MountedEmulator("--abi", abi)
        _ = try emulator.run("add", lists.path)
        let converted = try ReferenceConverter.convert(lists.path, abi: abi)
        let loaded = try emulator.loadedLists()
        #expect(loaded.count == 128)
        for list in loaded { #expect(list.bytes == converted[list.label], "\(list.label)") }
        #expect(converted.values.count { !$0.isEmpty } == 128)
    }

    private func checkLoaded(_ emulator: MountedEmulator, type: UInt16) throws {
        let loaded = try emulator.loadedLists()
        #expect(loaded.map(\.label) == uploaded.map(\.name))
        for (list, expectation) in zip(loaded, uploaded) {
            let blocks = try list.blocks
            #expect(blocks.map(\.type).allSatisfy { $0 == type }, "\(list.label)")
            #expect(expectation.algorithm == "sha256" && blocks.allSatisfy { $0.algorithm == 4 })
            // The block of the mutable digests comes first, and neither is empty.
            let modifiers = [UInt16(0), 1].filter {
                ($0 == 0 ? expectation.mutable : expectation.immutable) > 0
            }
            #expect(blocks.map(\.modifiers) == modifiers, "\(list.label)")
            for block in blocks {
                #expect(
                    sha256(block.digests.joined())
                        == (block.isImmutable
                            ? expectation.immutableDigests : expectation.mutableDigests),
                    "\(list.label)")
            }
        }
    }

    private func checkEmpty(_ emulator: MountedEmulator) throws {
        #expect(try emulator.loadedNames() == [])
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
    }
}

/// Checks that nothing but labels and lists came to the interface's files, in turn.
func checkOnlyLabelsAndLists(
    of emulator: MountedEmulator, labelFile: String = "digest_list_label"
) throws {
    let operations = try emulator.operations()
    let loaded = try emulator.loadedLists()
    let lists = Set(loaded.map { "\($0.digest) \($0.label)" })
    for (number, operation) in operations.enumerated() {
        if number % 2 == 0 {
            let label = Array(operation.label.utf8) + [0]
            #expect(operation.file == labelFile)
            #expect(operation.size == label.count)
            #expect(operation.digest == sha256(label))
        } else {
            #expect(operation.file == "digest_list_add")
            #expect(operation.label == operations[number - 1].label)
            #expect(lists.contains("\(operation.digest) \(operation.label)"))
        }
    }
    #expect(operations.count % 2 == 0)
}
