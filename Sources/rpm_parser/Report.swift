import DigestList
import StaticProgram

/// How the lists of a run ended.
struct Report {
    /// How a list that did not fail ended.
    enum Outcome {
        case added(CompactListBuffer.Counts)
        case alreadyLoaded, deleted, notLoaded, empty
    }

    private var added = 0
    private var digests = CompactListBuffer.Counts()
    private var alreadyLoaded = 0
    private var deleted = 0
    private var notLoaded = 0
    private var empty = 0
    private(set) var failed = 0

    mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .added(let counts):
            added += 1
            digests.mutable += counts.mutable
            digests.immutable += counts.immutable
        case .alreadyLoaded: alreadyLoaded += 1
        case .deleted: deleted += 1
        case .notLoaded: notLoaded += 1
        case .empty: empty += 1
        }
    }

    mutating func countFailure() { failed += 1 }

    /// The line at the end of a run.
    func summary(of options: Options) -> Message {
        var message = Message(options.isDryRun ? "dry run: " : "")
        if options.operation != .delete { addUploads(to: &message) }
        if options.operation != .add {
            message.add(UInt(deleted))
            message.add(" deleted, ")
        }
        if options.operation == .delete {
            message.add(UInt(notLoaded))
            message.add(" not loaded, ")
        }
        message.add(UInt(failed))
        message.add(" failed")
        return message
    }

    private func addUploads(to message: inout Message) {
        message.add(UInt(added))
        message.add(" added (")
        message.add(UInt(digests.mutable))
        message.add(" mutable and ")
        message.add(UInt(digests.immutable))
        message.add(" immutable digests), ")
        message.add(UInt(alreadyLoaded))
        message.add(" already loaded, ")
        message.add(UInt(empty))
        message.add(" empty, ")
    }
}
