import BlackBox
import Foundation
import Testing

/// Lists of packages that are not installed any more.
@Suite(.needs(.diglimctl), .needsCorpus)
struct PruneTests {
    private let place: TemporaryDirectory
    private let output: TemporaryDirectory
    private let names: [String]

    init() throws {
        place = try TemporaryDirectory()
        output = try TemporaryDirectory()
        try place.write(readFile(Corpus.database + "/rpmdb.sqlite"), to: "rpmdb.sqlite")
        try Corpus.generate(into: output.path)
        names = try output.names()
    }

    private func prune(_ arguments: String...) throws -> (Outcome, GenerateResult) {
        let outcome = try Diglimctl.run(
            [
                "generate", "--json", "--output", output.path, "--rpmdb", "--dbpath", place.path,
                "--prune",
            ] + arguments)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    @Test func listsOfRemovedPackages() throws {
        try changeDatabase(in: place, "DELETE FROM Packages WHERE hnum IN (1, 65, 129)")
        let others = [
            "1-file_list-rpm-gone-1-1.noarch", "00-file_list-rpm-gone-1-1.noarch",
            "0-file_list-compact-gone-1-1.noarch", "0-metadata_list-rpm-gone", "file", ".immutable",
        ]
        for other in others { try output.write([1], to: other) }
        let (outcome, result) = try prune()
        #expect(outcome.status == 0)
        #expect(result.unchanged == 126)
        #expect(result.pruned == 3)
        let left = result.lists.map(\.name)
        #expect(left.count == 126)
        #expect(try output.names().sorted() == (left + others).sorted())
        let again = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path, "--prune")
        #expect(
            again.output == "\(output.path): 0 lists written, 126 unchanged, 0 unsigned, 0 failed\n"
        )
    }

    @Test func withoutTheOptionNothingIsRemoved() throws {
        try output.write([1], to: listName("gone"))
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path)
        #expect(outcome.status == 0)
        #expect(try output.names() == (names + [listName("gone")]).sorted())
    }

    @Test func otherPosition() throws {
        try output.write([1], to: "12-file_list-rpm-gone-1-1.noarch")
        let (_, result) = try prune("--position", "12")
        #expect(result.pruned == 1)
        #expect(result.written == 129)
        #expect(try output.names().count == 258)
    }

    /// Packages that are given beside the database are wanted, too.
    @Test func packageFiles() throws {
        let package = try place.write(PackageBuilder(name: "file").package, to: "file.rpm")
        try output.write([1], to: listName("gone"))
        let (outcome, result) = try prune(package)
        #expect(outcome.status == 0)
        #expect(result.pruned == 1)
        #expect(try output.names() == (names + [listName("file")]).sorted())
    }

    @Test(arguments: [
        "UPDATE Packages SET blob = x'' WHERE hnum = 65",
        "UPDATE Packages SET blob = substr(blob, 1, 4) WHERE hnum = 65",
    ])
    func damagedDatabase(_ damage: String) throws {
        try changeDatabase(in: place, damage)
        try output.write([1], to: listName("gone"))
        let (outcome, result) = try prune()
        #expect(outcome.status == 1)
        #expect(result.pruned == 0)
        #expect(outcome.errors.contains("nothing has been pruned"))
        #expect(try output.names() == (names + [listName("gone")]).sorted())
    }

    @Test func brokenPackageFile() throws {
        let package = try place.write([1, 2, 3], to: "broken.rpm")
        try output.write([1], to: listName("gone"))
        let (outcome, result) = try prune(package)
        #expect(outcome.status == 1)
        #expect(result.pruned == 0)
        #expect(try output.names() == (names + [listName("gone")]).sorted())
    }

    /// What is installed at this moment perhaps has a list and is not in the database yet.
    @Test func transactionOfRPM() throws {
        try output.write([1], to: listName("gone"))
        let script = """
            import fcntl, subprocess, sys
            lock = open(sys.argv[1], "w")
            fcntl.lockf(lock, fcntl.LOCK_EX)
            sys.exit(subprocess.run(sys.argv[2:]).returncode)
            """
        let command = [
            Program.diglimctl.path, "generate", "--output", output.path, "--rpmdb", "--dbpath",
            place.path,
        ]
        let lock = place.path(".rpm.lock")
        let outcome = try runProgram("python3", ["-c", script, lock] + command + ["--prune"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("rpm is changing the database; nothing has been done"))
        #expect(try output.names().contains(listName("gone")))
        #expect(try runProgram("python3", ["-c", script, lock] + command).status == 0)
        #expect(try prune().1.pruned == 1)
        #expect(try place.bytes(of: ".rpm.lock").isEmpty)
    }

    @Test func directoryInAListsPlace() throws {
        _ = try output.makeDirectory(listName("directory"))
        try output.write([1], to: listName("gone"))
        let (outcome, result) = try prune()
        #expect(outcome.status == 1)
        #expect(result.pruned == 1)
        #expect(result.failures.map(\.file) == [output.path(listName("directory"))])
    }

    @Test func onlyWithADatabase() throws {
        let outcome = try Diglimctl.run("generate", "--output", output.path, "--prune", place.path)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--prune goes with --rpmdb"))
    }
}
