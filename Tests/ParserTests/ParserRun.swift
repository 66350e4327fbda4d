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

/// The line at the end of a run.
struct Summary: Equatable {
    var isDryRun = false
    var added = 0
    var mutable = 0
    var immutable = 0
    var alreadyLoaded = 0
    var deleted = 0
    var notLoaded = 0
    var empty = 0
    var failed = 0
    var gone = 0
    var foreign = 0
    var weaker = 0
    var renewed = 0
}

extension Summary {
    private static let syncLine =
        "# added (# mutable and # immutable digests), # already loaded, # empty, # deleted, # failed"

    /// What comes last, where it is out of the ordinary.
    private static var rest: [(text: String, number: WritableKeyPath<Summary, Int>)] {
        [
            (" renewed", \.renewed), (" with fewer actions", \.weaker),
            (" under foreign labels", \.foreign), (" gone meanwhile", \.gone),
        ]
    }

    /// Reads the line; `nil` for any other.
    init?(_ line: Substring) {
        var line = line
        var others: [(WritableKeyPath<Summary, Int>, Int)] = []
        for (text, path) in Self.rest where line.hasSuffix(text) {
            line = line.dropLast(text.count)
            guard let comma = line.lastIndex(of: ","),
                let number = Int(line[comma...].dropFirst(2)), number > 0
            else { return nil }
            others.append((path, number))
            line = line[..<comma]
        }
        self.init(ordinary: line)
        for (path, number) in others { self[keyPath: path] = number }
    }

    private init?(ordinary line: Substring) {
        let isDryRun = line.hasPrefix("dry run: ")
        let rest = isDryRun ? line.dropFirst("dry run: ".count) : line
        let numbers = rest.matches(of: /[0-9]+/).compactMap { Int($0.output) }
        switch rest.replacing(/[0-9]+/, with: "#") {
        case "# added (# mutable and # immutable digests), # already loaded, # empty, # failed":
            self.init(
                isDryRun: isDryRun, added: numbers[0], mutable: numbers[1],
                immutable: numbers[2], alreadyLoaded: numbers[3], empty: numbers[4],
                failed: numbers[5])
        case Self.syncLine:
            self.init(
                isDryRun: isDryRun, added: numbers[0], mutable: numbers[1],
                immutable: numbers[2], alreadyLoaded: numbers[3], deleted: numbers[5],
                empty: numbers[4], failed: numbers[6])
        case "# deleted, # not loaded, # failed":
            self.init(
                isDryRun: isDryRun, deleted: numbers[0], notLoaded: numbers[1],
                failed: numbers[2])
        default:
            return nil
        }
    }
}
