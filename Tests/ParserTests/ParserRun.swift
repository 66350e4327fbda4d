import BlackBox
import Testing

/// A run of the program.
struct ParserRun {
    /// How the program ended, and what it said.
    let outcome: Outcome
    /// What it told of lists that failed.
    private(set) var failures: [Failure] = []
    /// What it told at the end.
    private(set) var summary: Summary?

    /// A list that failed.
    struct Failure: Equatable {
        var file: String
        var reason: String
    }

    private static let prefix = "rpm_parser: "

    var status: Int32 { outcome.status }

    /// Takes the lines apart that the program wrote.
    init(_ outcome: Outcome) throws {
        self.outcome = outcome
        for line in outcome.errorLines {
            try #require(line.hasPrefix(Self.prefix), "\(line)")
            let text = line.dropFirst(Self.prefix.count)
            if let summary = Summary(text) {
                #expect(self.summary == nil)
                self.summary = summary
            } else {
                let colon = try #require(text.firstRange(of: ": "), "\(line)")
                failures.append(
                    Failure(
                        file: String(text[..<colon.lowerBound]),
                        reason: String(text[colon.upperBound...])))
            }
        }
    }

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - operation: `add` or `del`.
    ///   - paths: What to add or delete.
    ///   - interface: The interface's directory.
    ///   - options: More options.
    init(
        _ operation: String, _ paths: [String], at interface: String, _ options: [String] = []
    ) throws {
        try self.init(
            Command(Program.parser.path, options + ["--interface", interface, operation] + paths)
                .run())
    }
}

extension MountedEmulator {
    /// Runs the program on this interface.
    ///
    /// - Parameters:
    ///   - operation: `add` or `del`.
    ///   - paths: What to add or delete.
    func run(_ operation: String, _ paths: String..., options: String...) throws -> ParserRun {
        try ParserRun(operation, paths, at: directory, options)
    }
}
