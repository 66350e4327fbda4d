import DigestList
import StaticProgram

/// How the lists of a run ended.
struct Report {
    /// How a list ended, or what was found besides that is not as it should be, and no failure.
    enum Kind: UInt8, CaseIterable {
        case added, alreadyLoaded, empty, deleted, notLoaded, failed
        /// Its file was in the directory, and is no more.
        case gone
        /// It was loaded under a label that is not its own.
        case foreign
        /// It was loaded already, and has fewer actions than this run's.
        case weaker
        /// It was loaded already, and was added anew for its actions.
        case renewed
        /// Nothing was done with it.
        case undone
    }

    /// How a list ended.
    struct Outcome: BitwiseCopyable {
        let kind: Kind
        // No block can have more.
        let mutable, immutable: UInt32

        init(_ kind: Kind, _ digests: CompactListBuffer.Counts = .init()) {
            self.kind = kind
            (mutable, immutable) = (UInt32(digests.mutable), UInt32(digests.immutable))
        }
    }

    private var counts = [Int](repeating: 0, count: Kind.allCases.count)
    private var digests = CompactListBuffer.Counts()

    /// How many lists ended in a way.
    subscript(kind: Kind) -> Int { counts[Int(kind.rawValue)] }

    mutating func count(_ outcome: Outcome) {
        counts[Int(outcome.kind.rawValue)] += 1
        digests.mutable += Int(outcome.mutable)
        digests.immutable += Int(outcome.immutable)
    }

    mutating func count(_ kind: Kind) { count(Outcome(kind)) }

    /// The line at the end of a run; what is out of the ordinary comes last.
    func summary(of options: Options) -> Message {
        let (isAdding, isDeleting) = (options.operation != .delete, options.operation != .add)
        let parts: [(kind: Kind, text: StaticString, isOrdinary: Bool)] = [
            (.added, " added", isAdding), (.alreadyLoaded, " already loaded", isAdding),
            (.empty, " empty", isAdding), (.deleted, " deleted", isDeleting),
            (.notLoaded, " not loaded", !isAdding), (.failed, " failed", true),
            (.gone, " gone meanwhile", false), (.foreign, " under foreign labels", false),
            (.weaker, " with fewer actions", false), (.renewed, " renewed", false),
        ]
        var message = Message(options.isDryRun ? "dry run: " : "")
        var separator: Message = ""
        for part in parts where part.isOrdinary || self[part.kind] > 0 {
            message.add(separator + Self.number(self[part.kind], part.text))
            if part.kind == .added {
                message.add(" (" + Self.number(digests.mutable, " mutable and "))
                message.add(Self.number(digests.immutable, " immutable digests)"))
            }
            separator = ", "
        }
        return message
    }

    private static func number(_ number: Int, _ text: StaticString) -> Message {
        var message = Message()
        message.add(UInt(number))
        return message + Message(text)
    }
}
