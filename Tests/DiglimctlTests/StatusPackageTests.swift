import BlackBox
import Foundation
import Testing

/// What `status` tells of lists that no installed package stands for.
@Suite(.needs(.diglimctl, .parser, .emulator), .needsCorpus)
struct StatusPackageTests {
    private let machine: Machine
    private let place: TemporaryDirectory

    init() throws {
        machine = try Machine()
        place = try TemporaryDirectory()
        try place.write(readFile(Corpus.database + "/rpmdb.sqlite"), to: "rpmdb.sqlite")
        try Corpus.generate(into: machine.lists.path)
        try machine.lists.write(.package(1), to: listName("gone"))
        try machine.sync()
    }

    private func status() throws -> (Outcome, StatusResult) {
        let outcome = try machine.run("status", "--json", "--dbpath", place.path)
        return (outcome, try outcome.json(StatusResult.self))
    }

    @Test func staleListsAreCounted() throws {
        let (outcome, status) = try status()
        #expect(outcome.status == 0)
        #expect(status.well)
        #expect(
            status.packages
                == .init(database: place.path, installed: 129, stale: [listName("gone")]))
        let text = try machine.run("status", "--dbpath", place.path)
        #expect(
            text.output.contains(
                "packages   129 installed, 1 list of others, which generate --prune removes\n"
                    + "  stale    \(listName("gone"))\n"), "\(text.output)")
    }

    @Test func databaseThatCannotBeReadIsNoProblem() throws {
        try changeDatabase(in: place, "UPDATE Packages SET blob = x'' WHERE hnum = 65")
        let (outcome, status) = try status()
        #expect(outcome.status == 0)
        #expect(status.packages?.installed == nil)
        #expect(status.packages?.stale == [])
        #expect(status.packages?.error?.contains("after 64 packages") == true)
        unlink(place.path("rpmdb.sqlite"))
        let (other, none) = try self.status()
        #expect(other.status == 0)
        #expect(none.packages?.error?.contains("no RPM database") == true)
    }

    @Test func directoryThatIsNotThere() throws {
        let directory = place.path("missing")
        let outcome = try machine.run(
            "status", "--json", "--dbpath", place.path, "--directory", directory)
        let status = try outcome.json(StatusResult.self)
        #expect(status.packages?.error == "\(directory): No such file or directory")
    }
}
