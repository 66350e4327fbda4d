import BlackBox
import Foundation
import Testing

/// The program is killed at any moment, and run again.
@Suite(.needs(.parser, .emulator))
struct KillTests {
    private static let options = ["--fail-over", "20000:ENOMEM"]
    private let lists: ManyLists
    private let emulator: MountedEmulator
    /// What is loaded after a run that nothing disturbs.
    private let complete: [LoadedList]

    init() throws {
        lists = try ManyLists(400)
        // Among them one that goes up in many pieces.
        try lists.directory.write(
            .package(2, mutable: 5000, immutable: 5000), to: "100-file_list-rpm-large")
        let undisturbed = try MountedEmulator(options: Self.options)
        try #require(try undisturbed.run("add", lists.path).status == 0)
        complete = try undisturbed.loadedLists()
        emulator = try MountedEmulator(options: Self.options)
    }

    /// Runs the program, and kills it after a while.
    ///
    /// - Returns: Whether it came to its end before.
    private func runAndKill(_ operation: String) throws -> Bool {
        let program = try Command(
            Program.parser.path, ["--interface", emulator.directory, operation, lists.path]
        ).start()
        usleep(.random(in: 0...50_000))
        program.send(SIGKILL)
        let outcome = try program.outcome()
        #expect([0, -SIGKILL].contains(outcome.status), "\(outcome.errors)")
        return outcome.status == 0
    }

    @Test("Whatever was loaded before the end is whole, and the next run loads the rest")
    func add() throws {
        for _ in 0..<24 {
            let isComplete = try runAndKill("add")
            let loaded = try emulator.loadedLists()
            #expect(loaded.allSatisfy { complete.contains($0) })
            if isComplete {
                #expect(loaded == complete)
                _ = try runAndKill("del")
            }
        }
        #expect(try emulator.run("add", lists.path).status == 0)
        #expect(try emulator.loadedLists() == complete)
    }

    @Test("Deletion, too, goes on where it ended")
    func delete() throws {
        #expect(try emulator.run("add", lists.path).status == 0)
        for _ in 0..<24 {
            let isComplete = try runAndKill("del")
            let loaded = try emulator.loadedLists()
            #expect(loaded.allSatisfy { complete.contains($0) })
            if isComplete {
                #expect(loaded == [])
                _ = try runAndKill("add")
            }
        }
        #expect(try emulator.run("del", lists.path).status == 0)
        #expect(try emulator.loadedNames() == [])
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
    }
}
