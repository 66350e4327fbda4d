import BlackBox
import Testing

/// Databases that have been damaged.
@Suite(.needs(.diglimctl), .needsCorpus)
struct DamagedDatabaseTests {
    private let place: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        place = try TemporaryDirectory()
        output = try TemporaryDirectory()
        try place.write(readFile(Corpus.database + "/rpmdb.sqlite"), to: "rpmdb.sqlite")
    }

    private func generate() throws -> (Outcome, GenerateResult) {
        let outcome = try Diglimctl.run(
            "generate", "--json", "--output", output.path, "--rpmdb", "--dbpath", place.path)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    /// librpm goes on behind a header that is none.
    @Test(
        arguments: ["substr(blob, 1, length(blob) / 2)", "substr(blob, 1, 4)", "zeroblob(5000)"],
        [1, 65, 129])
    func headerThatIsPassedOver(_ blob: String, _ number: Int) throws {
        try changeDatabase(in: place, "UPDATE Packages SET blob = \(blob) WHERE hnum = \(number)")
        let (outcome, result) = try generate()
        #expect(outcome.status == 1)
        #expect(result.written == 128)
        #expect(result.failures.map(\.file) == [place.path])
        #expect(
            result.failures.first?.error.hasPrefix(
                "broken header passed over, number \(number) ") == true)
        #expect(outcome.errorLines.count == 1)
    }

    /// librpm does not go on behind a row without a header.
    @Test(arguments: [1, 65, 129])
    func rowThatEndsTheWalk(_ number: Int) throws {
        try changeDatabase(in: place, "UPDATE Packages SET blob = x'' WHERE hnum = \(number)")
        let (outcome, result) = try generate()
        #expect(outcome.status == 1)
        #expect(result.written == number - 1)
        try expectEnd(after: number - 1, result, outcome)
    }

    /// The pages of the table are at the end, those of indexes before.
    @Test(arguments: [100, 500])
    func pageThatIsOverwritten(_ page: Int) throws {
        var bytes = try place.bytes(of: "rpmdb.sqlite")
        bytes.replaceSubrange(
            page * 4096..<(page + 1) * 4096, with: repeatElement(0x55, count: 4096))
        try place.write(bytes, to: "rpmdb.sqlite")
        let (outcome, result) = try generate()
        #expect(outcome.status == 1)
        #expect(result.written < 129)
        try expectEnd(after: result.written, result, outcome)
    }

    private func expectEnd(
        after count: Int, _ result: GenerateResult, _ outcome: Outcome
    ) throws {
        #expect(result.failures.map(\.file) == [place.path])
        #expect(
            result.failures.first?.error.hasPrefix(
                "the rest of the database cannot be read, after \(count) packages: ") == true,
            "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(try output.names().count == count)
    }

    @Test func fileThatIsCutOff() throws {
        let bytes = try place.bytes(of: "rpmdb.sqlite")
        try place.write(Array(bytes[..<(bytes.count / 2)]), to: "rpmdb.sqlite")
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("librpm cannot read this database: "))
        #expect(try output.names().isEmpty)
    }
}

/// Changes the SQLite database in a directory.
///
/// - Parameters:
///   - directory: The directory.
///   - statements: What is to be done.
func changeDatabase(in directory: TemporaryDirectory, _ statements: String...) throws {
    let script = """
        import sqlite3, sys
        database = sqlite3.connect(sys.argv[1])
        for statement in sys.argv[2:]: database.execute(statement)
        database.commit()
        database.close()
        """
    try output(
        of: "python3", ["-c", script, directory.path("rpmdb.sqlite")] + statements)
}
