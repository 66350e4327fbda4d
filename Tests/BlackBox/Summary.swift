/// The line at the end of a run.
public struct Summary: Equatable, Sendable {
    /// Whether nothing was changed.
    public var isDryRun = false
    /// Lists that were added.
    public var added = 0
    /// Digests of theirs that may change.
    public var mutable = 0
    /// Digests of theirs that may not.
    public var immutable = 0
    /// Lists that were there.
    public var alreadyLoaded = 0
    /// Lists that were deleted.
    public var deleted = 0
    /// Lists of which nothing was there.
    public var notLoaded = 0
    /// Lists without digests.
    public var empty = 0
    /// Lists that failed.
    public var failed = 0
    /// Lists that went away meanwhile.
    public var gone = 0
    /// Lists under labels of others.
    public var foreign = 0
    /// Lists with fewer actions.
    public var weaker = 0
    /// Lists that were added anew.
    public var renewed = 0

    /// Creates a line.
    public init(
        isDryRun: Bool = false, added: Int = 0, mutable: Int = 0, immutable: Int = 0,
        alreadyLoaded: Int = 0, deleted: Int = 0, notLoaded: Int = 0, empty: Int = 0,
        failed: Int = 0, gone: Int = 0, foreign: Int = 0, weaker: Int = 0, renewed: Int = 0
    ) {
        self.isDryRun = isDryRun
        self.added = added
        self.mutable = mutable
        self.immutable = immutable
        self.alreadyLoaded = alreadyLoaded
        self.deleted = deleted
        self.notLoaded = notLoaded
        self.empty = empty
        self.failed = failed
        self.gone = gone
        self.foreign = foreign
        self.weaker = weaker
        self.renewed = renewed
    }
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
    public init?(_ line: Substring) {
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
