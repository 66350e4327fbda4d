import BlackBox
import Foundation
import Testing

/// The program at work as a service that watches a directory.
final class Watch {
    let directory: TemporaryDirectory
    let emulator: MountedEmulator
    let manager: NotifySocket
    let program: RunningProgram

    /// The path of the watched directory.
    var path: String { directory.path("lists") }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - emulator: The interface.
    ///   - variables: More of the environment.
    ///   - options: More options.
    ///   - makesDirectory: Whether the directory is there from the start.
    ///   - fillsManager: Whether the manager has no room for messages at first.
    init(
        on emulator: MountedEmulator? = nil, isAbstract: Bool = false, variables: [String] = [],
        options: [String] = [], makesDirectory: Bool = true, fillsManager: Bool = false
    ) throws {
        directory = try TemporaryDirectory()
        if makesDirectory { try directory.makeDirectory("lists") }
        self.emulator = try emulator ?? MountedEmulator()
        manager = try NotifySocket(isAbstract: isAbstract)
        if fillsManager { manager.fill() }
        var command = Command(
            Program.watcher.path,
            ["--interface", self.emulator.directory] + options + [directory.path("lists")])
        command.environment = ["NOTIFY_SOCKET=\(manager.address)"] + variables
        program = try command.start()
    }

    /// Writes a list elsewhere and renames it to its place.
    func write(_ package: HeaderWriter, to name: String) throws {
        try directory.write(package, to: "new")
        guard rename(directory.path("new"), "\(path)/\(name)") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Waits for the end of the next batch.
    ///
    /// - Parameter start: What comes before the batch's summary.
    /// - Returns: What the batch has done.
    func batch(_ start: String = "STATUS=") throws -> Summary {
        let message = try manager.next()
        try #require(message.hasPrefix(start) && message.hasSuffix("\n"), "\(message)")
        return try #require(Summary(message.dropFirst(start.count).dropLast()), "\(message)")
    }

    /// Waits for the first batch.
    @discardableResult
    func ready() throws -> Summary { try batch("READY=1\nSTATUS=") }

    /// Waits for batches until the labels of what is loaded are some.
    func wait(forLabels labels: [String]) throws {
        while try emulator.loadedLabels() != labels { _ = try batch() }
    }

    /// Ends the program.
    func stop() throws -> Outcome {
        program.send(SIGTERM)
        let outcome = try program.outcome(within: 30)
        while try manager.next() != "STOPPING=1\n" {}
        return outcome
    }
}
