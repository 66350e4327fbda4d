import CommandLineTool
import Glibc

/// Why IMA would refuse a file, or would not.
struct Explanation: Encodable {
    /// What it comes to.
    enum Verdict: String, Encodable {
        /// A list has the digest, and counts.
        case known
        /// No file that IMA takes a digest of.
        case notRegular = "not_regular"
        /// The file's own attribute comes first.
        case attribute
        /// A list of the directory has the digest, and the kernel does not.
        case notLoaded = "not_loaded"
        /// The kernel has the digest from lists that IMA ignores.
        case noActions = "no_actions"
        /// Lists have the digest as that of a file that may change, and it may not.
        case mutable
        /// Only lists have the digest that do not count.
        case uncounted
        /// An installed package has the file, and there is no list of it.
        case missingList = "missing_list"
        /// A package has the file as it is, by another algorithm.
        case otherAlgorithm = "other_algorithm"
        /// A package has another file of this path.
        case changed
        /// Nobody knows the file.
        case unknown
        /// The file cannot be read.
        case unreadable
    }

    /// The file, as it was given.
    var file: String
    /// Where that leads to in the system, without links.
    var path: String?
    /// What it can be executed or loaded as.
    var kind: FileKind?
    /// Its digest, by the algorithm by which IMA asks.
    var digest: String?
    /// What it comes to.
    var verdict = Verdict.unreadable
    /// Why, in a sentence.
    var reason = ""
    /// The package, or a compact list.
    var package: String?
    /// The digest that the package has of it.
    var expected: String?
    /// The lists of the directory that have the digest.
    var lists: [String] = []
    /// The lists that the kernel has the digest from; `nil` where there is no kernel to ask.
    var loaded: [Loaded]?
    /// What the enforcer does with it; `nil` where there is none.
    var enforcer: EnforcerVerdict?
    /// What the journal has of the file's refusals, the last one first.
    var refusals: [Refusal]?
    /// Commands that mend it.
    var commands: [String] = []

    /// A list that is loaded.
    struct Loaded: Encodable {
        /// The list's label.
        var label: String
        /// What IMA has done with it.
        var actions: ListActions
        /// The label as the kernel has it.
        let list: ListLabel

        private enum CodingKeys: CodingKey {
            case label, actions
        }

        /// Takes a list from the kernel's answer.
        ///
        /// - Parameter answer: The answer.
        init(_ answer: QueryAnswer) {
            (label, actions, list) = (answer.label.text, answer.actions, answer.label)
        }
    }

    /// Begins with a file.
    ///
    /// - Parameter file: The file, as it was given.
    init(of file: Path) { self.file = file.text }

    /// Whether nothing would be refused.
    var isWell: Bool {
        (verdict == .known || verdict == .notRegular) && enforcer?.isRefusal != true
    }

    private enum CodingKeys: String, CodingKey {
        case file, path, kind, digest, verdict, reason, package, expected, lists, loaded, enforcer
        case refusals, commands
    }

    /// Says what it comes to.
    ///
    /// - Parameters:
    ///   - verdict: The verdict.
    ///   - reason: Why, in a sentence.
    ///   - commands: What mends it.
    mutating func conclude(_ verdict: Verdict, _ reason: String, _ commands: [String] = []) {
        self.verdict = verdict
        self.reason = reason
        self.commands = commands
    }

    /// The explanation for people, readable in one screen.
    var text: String {
        var lines = ["\(Terminal.emphasized(file, on: STDOUT_FILENO)): \(reason)"]
        func add(_ title: String, _ value: String?) {
            if let value { lines.append("  \(columns: title, width: 9) \(value)") }
        }
        if path != file { add("path", path) }
        add("digest", digest)
        add("package", package)
        add("expected", expected)
        for list in lists.prefix(3) { add("list", list) }
        if lists.count > 3 { add("", "and \(lists.count - 3) more") }
        for list in loaded?.prefix(3) ?? [] {
            let actions = list.actions.names.joined(separator: ", ")
            add("loaded", "\(list.label) (\(actions.isEmpty ? "no actions" : actions))")
        }
        if loaded?.isEmpty == true { add("loaded", "in no list") }
        add("enforcer", enforcer?.text)
        for refusal in refusals?.prefix(3) ?? [] { add("refused", refusal.text) }
        for command in commands { add("mend", command) }
        return lines.map { $0 + "\n" }.joined()
    }
}
