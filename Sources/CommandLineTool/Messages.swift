import Glibc

/// What the program says on standard error: failures, notices, and how far it has come.
public final class Messages {
    /// The program's name, with which each line begins.
    public let program: StaticString
    /// What has failed so far.
    public private(set) var failures: [Failure] = []
    /// Whether what is said of many files is said of all of them.
    public var isVerbose = false
    private var repeats = Repeats()
    private let isTerminal = Terminal.shows(STDERR_FILENO)
    private var showsProgress = false
    /// When progress was shown last, in milliseconds.
    private var lastProgress = 0

    /// Creates the messages of a program.
    ///
    /// - Parameter program: The program's name.
    public init(of program: StaticString) { self.program = program }

    /// A failure, as it was told.
    public struct Failure: Encodable {
        /// The file or package; `nil` where it is about neither.
        public var file: String?
        /// What is wrong, in words.
        public var error: String
    }

    /// Whether anything has failed.
    public var hasFailures: Bool { !failures.isEmpty }

    /// Tells a failure.
    ///
    /// - Parameters:
    ///   - subject: The file or package; `nil` where it is about neither.
    ///   - text: What is wrong, in words.
    public func failure(_ subject: String?, _ text: String) {
        failures.append(Failure(file: subject, error: text))
        line(subject, text)
    }

    /// Tells something that is no failure.
    ///
    /// - Parameters:
    ///   - subject: The file or package; `nil` where it is about neither.
    ///   - text: What there is to say.
    public func notice(_ subject: String?, _ text: String) {
        line(subject, text)
    }

    /// Tells something that should be looked at, but keeps nothing from being done.
    ///
    /// - Parameters:
    ///   - subject: The file or package; `nil` where it is about neither.
    ///   - text: What there is to look at.
    public func warning(_ subject: String?, _ text: String) {
        line(subject, "warning: \(text)")
    }

    /// Tells something that is no failure, and that may be true of thousands of files.
    ///
    /// - Parameters:
    ///   - subject: The file or package.
    ///   - text: What there is to say.
    ///   - kind: What all such notices have in common; by default the text.
    public func repeatedNotice(_ subject: String, _ text: String, kind: String? = nil) {
        if repeats.add(kind ?? text) || isVerbose { line(subject, text) }
    }

    /// Tells something that should be looked at, and that may be true of thousands of files.
    ///
    /// - Parameters:
    ///   - subject: The file or package.
    ///   - text: What there is to look at.
    ///   - kind: What all such warnings have in common; by default the text.
    public func repeatedWarning(_ subject: String, _ text: String, kind: String? = nil) {
        repeatedNotice(subject, "warning: \(text)", kind: kind)
    }

    /// Tells how many notices and warnings of each kind have not been told.
    public func endRepeats() {
        for (kind, count) in repeats.takeRest() where !isVerbose {
            line(nil, "\(kind): and \(count) more, which --verbose names")
        }
    }

    /// Tells where to find help.
    ///
    /// - Parameter text: The sentence.
    public func hint(_ text: String) {
        write(text + "\n")
    }

    /// Shows how far the work has come, on a terminal only and not more often than a person can
    /// see it.
    ///
    /// - Parameter text: The line, which takes the place of the one before.
    public func progress(_ text: @autoclosure () -> String) {
        guard isTerminal, isTimeForProgress() else { return }
        showsProgress = true
        write("\r\u{1b}[K\(text().prefix(Terminal.width(of: STDERR_FILENO) - 1))")
    }

    /// Takes the line that shows the progress away.
    public func endProgress() {
        guard showsProgress else { return }
        write("\r\u{1b}[K")
        showsProgress = false
    }

    private func line(_ subject: String?, _ text: String) {
        endProgress()
        let place = subject.map { Terminal.emphasized($0, on: STDERR_FILENO) + ": " } ?? ""
        write("\(program): \(place)\(text)\n")
    }

    /// One write for each line, so that the lines of several processes stay whole.
    private func write(_ text: String) {
        // There is nowhere left to tell that standard error fails.
        try? writeAll(Array(text.utf8), to: STDERR_FILENO)
    }

    private func isTimeForProgress() -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let milliseconds = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
        guard milliseconds - lastProgress >= 100 else { return false }
        lastProgress = milliseconds
        return true
    }
}
