import DigestList
import StaticProgram

/// How the lists of a run ended.
struct Report {
    /// How a list ended.
    enum Outcome {
        case added(mutable: UInt32, immutable: UInt32)
        case alreadyLoaded, deleted, notLoaded, empty
        /// Its file was in the directory, and is no more.
        case gone
        case failed
        /// Nothing was done with it.
        case undone

        /// The outcome of a list that was added.
        static func added(_ counts: CompactListBuffer.Counts) -> Outcome {
            // No block can have more.
            .added(mutable: UInt32(counts.mutable), immutable: UInt32(counts.immutable))
        }

        var isAdded: Bool { if case .added = self { true } else { false } }
        var isAlreadyLoaded: Bool { if case .alreadyLoaded = self { true } else { false } }
    }

    private var added = 0
    private var digests = CompactListBuffer.Counts()
    private var alreadyLoaded = 0
    private var deleted = 0
    private var notLoaded = 0
    private var empty = 0
    private var gone = 0
    private(set) var failed = 0
    /// What was found besides.
    var findings = Findings()

    /// What is not as it should be, and is no failure.
    struct Findings {
        /// How many lists were loaded under labels that are not theirs.
        var foreign = 0
        /// How many of the lists that were loaded already have fewer actions than this run's.
        var weaker = 0
        /// How many of the lists that were loaded already were added anew for their actions.
        var renewed = 0
    }

    mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .added(let mutable, let immutable):
            added += 1
            digests.mutable += Int(mutable)
            digests.immutable += Int(immutable)
        case .alreadyLoaded: alreadyLoaded += 1
        case .deleted: deleted += 1
        case .notLoaded: notLoaded += 1
        case .empty: empty += 1
        case .gone: gone += 1
        case .failed: failed += 1
        case .undone: break
        }
    }

    /// The line at the end of a run; what is out of the ordinary comes last.
    func summary(of options: Options) -> Message {
        var message = Message(options.isDryRun ? "dry run: " : "")
        if options.operation != .delete {
            add(added, " added (", to: &message)
            add(digests.mutable, " mutable and ", to: &message)
            add(digests.immutable, " immutable digests), ", to: &message)
            add(alreadyLoaded, " already loaded, ", to: &message)
            add(empty, " empty, ", to: &message)
        }
        if options.operation != .add { add(deleted, " deleted, ", to: &message) }
        if options.operation == .delete { add(notLoaded, " not loaded, ", to: &message) }
        add(failed, " failed", to: &message)
        for (number, text) in [
            (gone, " gone meanwhile"), (findings.foreign, " under foreign labels"),
            (findings.weaker, " with fewer actions"), (findings.renewed, " renewed"),
        ] as [(Int, StaticString)] where number > 0 {
            message.add(", ")
            add(number, text, to: &message)
        }
        return message
    }

    private func add(_ number: Int, _ text: StaticString, to message: inout Message) {
        message.add(UInt(number))
        message.add(text)
    }
}
