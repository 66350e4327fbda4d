import BlackBox
import Testing

private let knowsNDB: Bool = {
    guard let place = try? TemporaryDirectory() else { return false }
    _ = try? runProgram("rpmdb", ["--initdb"] + options(place))
    return (try? place.names().contains("Packages.db")) ?? false
}()

private func options(_ place: TemporaryDirectory) -> [String] {
    ["--dbpath", place.path, "--define", "_db_backend ndb"]
}

/// Databases as openSUSE has them, where this machine's rpm knows them.
@Suite(
    .needs(.diglimctl), .needsCorpus,
    .enabled(if: knowsNDB, "this machine's rpm knows no ndb"))
struct NDBDatabaseTests {
    private let place: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        place = try TemporaryDirectory()
        output = try TemporaryDirectory()
        try place.write(readFile(Corpus.database + "/rpmdb.sqlite"), to: "rpmdb.sqlite")
        _ = try runProgram("rpmdb", ["--rebuilddb"] + options(place))
        for name in try place.names() where !["Packages.db", "Index.db"].contains(name) {
            try place.remove(name)
        }
    }

    private func generate() throws -> (outcome: Outcome, result: GenerateResult) {
        let outcome = try Diglimctl.run(
            "generate", "--json", "--output", output.path, "--rpmdb", "--dbpath", place.path)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    private func expectAll() throws {
        let before = try place.names().map { try place.bytes(of: $0) }
        let (outcome, result) = try generate()
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(result.lists.count == 129)
        #expect(try place.names().map { try place.bytes(of: $0) } == before)
    }

    private func expectFailure(_ text: String) throws {
        let names = try place.names()
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path)
        #expect(outcome.status == 1)
        #expect(outcome.errors == "diglimctl: \(place.path("Packages.db")): \(text)\n")
        #expect(try place.names() == names)
        #expect(try output.names() == [])
    }

    @Test func everyPackageHasAList() throws { try expectAll() }

    /// librpm would make it.
    @Test func missingIndex() throws {
        try place.remove("Index.db")
        try expectAll()
        #expect(try place.names() == ["Packages.db"])
    }

    /// librpm would make it anew.
    @Test func indexOfOlderState() throws {
        var bytes = try place.bytes(of: "Packages.db")
        bytes[8] ^= 1
        try place.write(bytes, to: "Packages.db")
        try expectAll()
    }

    @Test func pageOfSlotsThatIsOverwritten() throws {
        var bytes = try place.bytes(of: "Packages.db")
        bytes.replaceSubrange(1024..<2048, with: repeatElement(0x55, count: 1024))
        try place.write(bytes, to: "Packages.db")
        try expectFailure("the database is damaged")
    }

    @Test func fileThatIsCutOff() throws {
        try place.write(Array(place.bytes(of: "Packages.db").prefix(4096 - 16)), to: "Packages.db")
        try expectFailure("not an ndb database")
        try place.write(
            Array("RpmP".utf8) + [UInt8](repeating: 0xff, count: 4092), to: "Packages.db")
        try expectFailure("an ndb database of the unknown version 4294967295")
    }

    /// librpm's walk ends without a word where a slot points behind the end.
    @Test func packagesThatAreCutOff() throws {
        let bytes = try place.bytes(of: "Packages.db")
        try place.write(Array(bytes.prefix(bytes.count / 2 / 4096 * 4096)), to: "Packages.db")
        let (outcome, result) = try generate()
        #expect(outcome.status == 1)
        #expect(result.failures.count == 1)
        #expect(
            result.failures.first?.error.hasPrefix("the rest of the database cannot be read")
                == true)
    }
}
