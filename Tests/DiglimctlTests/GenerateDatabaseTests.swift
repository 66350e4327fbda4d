import BlackBox
import Foundation
import Testing

/// Digest lists of installed packages.
@Suite(.needs(.diglimctl), .needsCorpus)
struct GenerateDatabaseTests {
    @Test func listsAreThoseOfTheKernelsTool() throws {
        let output = try TemporaryDirectory()
        let before = try FileManager.default.contentsOfDirectory(atPath: Corpus.database).sorted()
        let stamp = try identity(of: Corpus.database + "/rpmdb.sqlite")
        try Corpus.generate(into: output.path)
        let expected = try Corpus.expected()
        #expect(expected.count == 129)
        #expect(try output.names() == expected.map(\.name).sorted())
        for expectation in expected {
            #expect(try sha256(output.bytes(of: expectation.name)) == expectation.list)
        }
        // The database is as it was, and nothing has come to be beside it.
        let after = try FileManager.default.contentsOfDirectory(atPath: Corpus.database).sorted()
        #expect(after == before)
        #expect(try identity(of: Corpus.database + "/rpmdb.sqlite") == stamp)
    }

    @Test func secondRunWritesOnlyWhatIsWrong() throws {
        let output = try TemporaryDirectory()
        try Corpus.generate(into: output.path)
        let names = try output.names()
        let (changed, missing) = (names[5], names[7])
        let whole = try output.bytes(of: changed)
        try output.write(Array(whole.dropLast()), to: changed)
        unlink(output.path(missing))
        try output.write([1], to: "0-file_list-rpm-somebody-elses")
        let others = names.filter { $0 != changed && $0 != missing }
        let stamps = try others.map { try identity(of: output.path($0)) }
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", Corpus.database, "--json")
        #expect(outcome.status == 0)
        let result = try outcome.json(GenerateResult.self)
        #expect(result.written == 2)
        #expect(result.unchanged == 127)
        #expect(result.unsigned == 0)
        #expect(result.failures.isEmpty)
        #expect(
            result.lists.filter { $0.result == "written" }.map(\.name).sorted()
                == [changed, missing].sorted())
        #expect(try output.bytes(of: changed) == whole)
        #expect(try others.map { try identity(of: output.path($0)) } == stamps)
        #expect(try output.names() == (names + ["0-file_list-rpm-somebody-elses"]).sorted())
    }

    @Test func positionBeginsTheNames() throws {
        let output = try TemporaryDirectory()
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--position", "0012", "--rpmdb", "--dbpath",
            Corpus.database)
        #expect(outcome.status == 0)
        #expect(try output.names().allSatisfy { $0.hasPrefix("12-file_list-rpm-") })
    }

    /// The places below a root, and a link of distributions that have moved the database.
    @Test func databaseBelowARoot() throws {
        let root = try TemporaryDirectory()
        let output = try TemporaryDirectory()
        let place = try root.makeDirectory("usr/lib/sysimage/rpm")
        _ = try root.makeDirectory("var/lib")
        try copyDatabase(to: place)
        symlink("../../usr/lib/sysimage/rpm", root.path("var/lib/rpm"))
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--root", root.path)
        #expect(outcome.status == 0)
        #expect(try output.names().count == 129)
        #expect(try root.names(in: "usr/lib/sysimage/rpm") == ["rpmdb.sqlite"])
    }

    /// Systems that ostree has made have the database with what is never written to.
    @Test(arguments: ["usr/share/rpm", "usr/lib/sysimage/rpm", "var/lib/rpm"])
    func placesBelowARoot(_ directory: String) throws {
        let root = try TemporaryDirectory()
        let output = try TemporaryDirectory()
        try copyDatabase(to: try root.makeDirectory(directory))
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--root", root.path)
        #expect(outcome.status == 0)
        #expect(try output.names().count == 129)
    }

    @Test func linkOutOfTheRootIsRefused() throws {
        let root = try TemporaryDirectory()
        let output = try TemporaryDirectory()
        _ = try root.makeDirectory("var/lib")
        symlink(Corpus.database, root.path("var/lib/rpm"))
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path("out"), "--rpmdb", "--root", root.path)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("leads out of"))
        #expect(try output.names().isEmpty)
    }

    @Test func missingDatabaseIsNeverCreated() throws {
        let place = try TemporaryDirectory()
        let output = try TemporaryDirectory()
        let paths = [place.path, place.path("missing")]
        for arguments in [["--dbpath", paths[0]], ["--dbpath", paths[1]], ["--root", paths[0]]] {
            let outcome = try Diglimctl.run(
                ["generate", "--output", output.path("out"), "--rpmdb"] + arguments)
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.contains(arguments[1]))
            #expect(outcome.errors.contains("no RPM database"))
        }
        #expect(try place.names().isEmpty)
        #expect(try output.names().isEmpty)
    }

    @Test(arguments: ["rpmdb.sqlite", "Packages.db", "Packages"])
    func whatIsNoDatabaseIsAFailure(_ name: String) throws {
        for content in [[], [UInt8](repeating: 0x55, count: 50_000)] as [[UInt8]] {
            let place = try TemporaryDirectory()
            let output = try TemporaryDirectory()
            try place.write(content, to: name)
            let outcome = try Diglimctl.run(
                "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path)
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.contains(place.path))
            #expect(try output.names().isEmpty)
            #expect(try place.names() == [name])
            #expect(try place.bytes(of: name) == content)
        }
    }

    @Test func brokenHeaderIsToldAndPassedOver() throws {
        let place = try TemporaryDirectory()
        let output = try TemporaryDirectory()
        try copyDatabase(to: place.path)
        var bytes = try place.bytes(of: "rpmdb.sqlite")
        let text = Data("core-packages-2.0-1.cm2.src.rpm".utf8)
        bytes[try #require(Data(bytes).range(of: text)).lowerBound] ^= 0x20
        try place.write(bytes, to: "rpmdb.sqlite")
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path, "--json")
        #expect(outcome.status == 1)
        let result = try outcome.json(GenerateResult.self)
        #expect(result.written == 128)
        #expect(result.failed == 1)
        #expect(result.failures.first?.file == place.path)
        #expect(result.failures.first?.error.contains("digest: BAD") == true)
        #expect(outcome.errorLines.count == 1)
    }

    /// The database of a running system has a log and its index; reading leaves them in place.
    @Test func databaseInUse() throws {
        let place = try TemporaryDirectory()
        let output = try TemporaryDirectory()
        try copyDatabase(to: place.path)
        try place.write([], to: "rpmdb.sqlite-wal")
        try place.write([], to: "rpmdb.sqlite-shm")
        let stamp = try identity(of: place.path("rpmdb.sqlite"))
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--rpmdb", "--dbpath", place.path)
        #expect(outcome.status == 0)
        #expect(try output.names().count == 129)
        #expect(try identity(of: place.path("rpmdb.sqlite")) == stamp)
        #expect(
            try place.names() == ["rpmdb.sqlite", "rpmdb.sqlite-shm", "rpmdb.sqlite-wal"])
    }

    private func copyDatabase(to directory: String) throws {
        let bytes = try readFile(Corpus.database + "/rpmdb.sqlite")
        try Data(bytes).write(to: URL(fileURLWithPath: directory + "/rpmdb.sqlite"))
    }
}
