import BlackBox
import Foundation

/// The built enforcer, which decides nothing, with an interface, lists and keys of its own.
final class DryRun {
    /// The interface.
    let interface: MountedEmulator
    private let program: RunningProgram

    /// Starts it, and waits until it answers.
    ///
    /// - Parameters:
    ///   - lists: The directory of lists.
    ///   - keys: The directory of keys; `nil` for none, where all lists count.
    ///   - options: More options.
    ///   - mountpoint: Where the mount point is; `nil` for a directory of its own.
    init(
        _ lists: TemporaryDirectory, keys: TemporaryDirectory?, options: [String] = [],
        in mountpoint: TemporaryDirectory? = nil
    ) throws {
        var started: RunningProgram?
        interface = try MountedEmulator(in: mountpoint) { directory, _ in
            let program = try Command(
                Program.enforcer.path,
                Self.arguments(lists, keys) + options + ["--foreground", directory]
            ).start()
            started = program
            try wait {
                if program.hasEnded() { throw try Failure(program.outcome()) }
                return access("\(directory)/enforcement", F_OK) == 0
            }
        }
        guard let started else { throw CocoaError(.featureUnsupported) }
        program = started
    }

    /// The options for a dry run.
    static func arguments(
        _ lists: TemporaryDirectory, _ keys: TemporaryDirectory?
    ) -> [String] {
        ["--dry-run", "--lists", lists.path]
            + (keys.map { ["--keys", $0.path] } ?? ["--unsigned"])
    }

    /// Why it does not serve.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ outcome: Outcome) { description = "status \(outcome.status): \(outcome.errors)" }
    }

    /// Its number.
    var process: Int32 { program.identifier }

    /// Whether it has ended.
    var hasEnded: Bool { program.hasEnded() }

    /// Sends it a signal.
    func send(_ signal: Int32) { program.send(signal) }

    /// Ends it.
    ///
    /// - Parameter signal: The signal that does.
    /// - Returns: How it ended, and all that it has said.
    @discardableResult
    func end(_ signal: Int32 = SIGTERM) throws -> Outcome {
        program.send(signal)
        return try program.outcome()
    }

    /// Has a parser load lists, or take them away.
    func parse(_ operation: String, _ paths: String...) throws -> Outcome {
        try runProgram(
            Program.parser.path, ["--interface", interface.directory, operation] + paths)
    }
}

extension MountedEmulator {
    /// What IMA is said to have done with the loaded lists, by their labels.
    func actions() throws -> [String: [Int]] {
        var actions: [String: [Int]] = [:]
        for name in try loadedNames().map({ String(decoding: $0, as: UTF8.self) })
        where name.hasSuffix(".ascii") {
            let label = String(name.split(separator: "-", maxSplits: 2)[2].dropLast(6))
            let text = try text("digest_lists_loaded/\(name)")
            let number = text.dropFirst("actions: ".count).prefix { $0 != "," }
            actions[label, default: []].append(Int(number) ?? -1)
        }
        return actions
    }
}
