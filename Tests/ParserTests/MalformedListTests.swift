import BlackBox
import Testing

/// Lists that are no RPM digest lists, or broken ones: each is one clear failure.
@Suite(.needs(.parser, .emulator))
struct MalformedListTests {
    @Test("The file", arguments: MalformedList.bytes)
    func file(_ list: MalformedList) throws { try check(list) }

    @Test("The header", arguments: MalformedList.headers)
    func header(_ list: MalformedList) throws { try check(list) }

    @Test("The signature", arguments: MalformedList.signatures)
    func signature(_ list: MalformedList) throws { try check(list) }

    @Test("Tags", arguments: MalformedList.tags + MalformedList.counts)
    func tags(_ list: MalformedList) throws { try check(list) }

    @Test("Digests", arguments: MalformedList.digests)
    func digests(_ list: MalformedList) throws { try check(list) }

    @Test("Indexes of directories", arguments: MalformedList.indexes)
    func indexes(_ list: MalformedList) throws { try check(list) }

    private func check(_ malformed: MalformedList) throws {
        let directory = try TemporaryDirectory()
        let emulator = try MountedEmulator()
        let path = try directory.write(malformed.list, to: listName("a"))
        try directory.write(.package(2), to: listName("b"))
        let command = Command(
            Program.parser.path, ["--interface", emulator.directory, "add", directory.path])
        let (outcome, memory) = try command.runMeasured()
        let run = try ParserRun(outcome)
        #expect(run.status == 1)
        #expect(run.failures == [.init(file: path, reason: malformed.reason)])
        #expect(run.summary == Summary(added: 1, mutable: 1, failed: 1))
        #expect(try emulator.loadedLabels() == [listName("b")])
        try checkOnlyLabelsAndLists(of: emulator)
        #expect(memory <= 3 * malformed.list.count + 8 << 20)
    }
}
