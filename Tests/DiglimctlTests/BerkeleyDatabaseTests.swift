import BlackBox
import Testing

/// Databases of older systems, as they are in images: often without their indexes.
@Suite(.needs(.diglimctl))
struct BerkeleyDatabaseTests {
    private let place: TemporaryDirectory
    private let output: TemporaryDirectory
    private let packages = ["a", "b", "c"].map { PackageBuilder(name: $0) }

    init() throws {
        place = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    private func generate(_ options: String...) throws -> (Outcome, GenerateResult) {
        let outcome = try Diglimctl.run(
            ["generate", "--json", "--output", output.path, "--rpmdb", "--dbpath", place.path]
                + options)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    @Test(.needsCorpus) func databaseOfAnImage() throws {
        try place.write(readFile(Corpus.berkeleyDatabase), to: "Packages")
        let (outcome, result) = try generate()
        #expect(outcome.status == 0)
        #expect(result.lists.map(\.package) == ["libuuid-2.32.1-42.el8_8.x86_64"])
        #expect(result.lists.map(\.signed) == [true])
        #expect(try place.names() == ["Packages"])
    }

    @Test func missingIndexesAreWarnings() throws {
        try place.write(BerkeleyDatabase.packages(packages).bytes, to: "Packages")
        let (outcome, result) = try generate("--verbose")
        #expect(outcome.status == 0)
        #expect(result.failures.isEmpty)
        #expect(try output.names() == ["a", "b", "c"].map(listName))
        for package in packages {
            #expect(try output.bytes(of: listName(package.name ?? "")) == package.header)
        }
        let start = "diglimctl: \(place.path): warning: could not open \(place.path)/"
        let unsigned = ["a", "b", "c"].map {
            "diglimctl: \($0)-1-1.noarch: no signature in the database"
        }
        let lines = outcome.errorLines.map(String.init)
        let warnings = lines.filter { $0.hasPrefix(start) }
        #expect(warnings.contains("\(start)Name: No such file or directory"))
        #expect(lines == warnings + unsigned)
        let (shorter, _) = try generate()
        let rest =
            "diglimctl: warnings of librpm: and \(warnings.count - 10) more, "
            + "which --verbose names"
        #expect(shorter.errorLines.map(String.init) == warnings.prefix(10) + unsigned + [rest])
    }

    @Test func indexesThatAreBroken() throws {
        try place.write(BerkeleyDatabase.packages(packages).bytes, to: "Packages")
        try place.write([1, 2, 3], to: "Name")
        try place.write([UInt8](repeating: 0x55, count: 50_000), to: "Basenames")
        let (outcome, result) = try generate()
        #expect(outcome.status == 0)
        #expect(result.written == 3)
    }

    @Test func damagedPage() throws {
        var bytes = BerkeleyDatabase.packages(Array(packages[..<2]), [packages[2]]).bytes
        bytes.replaceSubrange(
            2 * BerkeleyDatabase.pageSize..<3 * BerkeleyDatabase.pageSize,
            with: repeatElement(0x55, count: BerkeleyDatabase.pageSize))
        try place.write(bytes, to: "Packages")
        let (outcome, result) = try generate()
        #expect(outcome.status == 1)
        #expect(result.written == 2)
        #expect(
            result.failures.map(\.error) == [
                "the rest of the database cannot be read, after 2 packages: "
                    + "bdb_ro error reading Packages database"
            ])
    }

    /// librpm ends at a key of another size without a word, as if there were nothing more.
    @Test func damageThatLibrpmDoesNotTell() throws {
        var database = BerkeleyDatabase.packages(packages)
        database.pages[0][1].key.removeLast()
        try place.write(database.bytes, to: "Packages")
        try place.write(BerkeleyDatabase.names(["a", "b", "c"]).bytes, to: "Name")
        let (outcome, result) = try generate()
        #expect(outcome.status == 1)
        #expect(result.written == 1)
        #expect(
            result.failures.map(\.error) == [
                "the rest of the database cannot be read, after 1 package: "
                    + "the index of names has 3"
            ])
    }
}
