import CommandLineTool
import Glibc

/// The report of `diglimctl replay` for people.
struct ReplayText {
    /// The lines, each with a line feed.
    private(set) var text = ""

    private static let titleWidth = 13
    private let isVerbose: Bool
    /// The most entries of a kind that are named; `--verbose` names them all.
    private static let mostEntries = 10

    /// Puts a report into words.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - isVerbose: Whether all entries are shown.
    init(_ report: ReplayReport, isVerbose: Bool) {
        self.isVerbose = isVerbose
        for log in report.logs {
            add("log", "\(log.file): \(log.entries) entries, \(log.form), \(log.bank)")
            if let error = log.error { add("", error, stands: true) }
        }
        if !report.isFromStart {
            add("", "does not begin with boot_aggregate: cut off at the front, or a part")
        }
        for register in report.registers { add(register) }
        add(report.entries)
        add("verdict", report.verdict, stands: !report.isGood)
    }

    private mutating func add(_ title: String, _ value: String, stands: Bool = false) {
        let start = "\(columns: title, width: Self.titleWidth)"
        text += start + (stands ? Terminal.emphasized(value, on: STDOUT_FILENO) : value) + "\n"
    }

    private mutating func add(_ register: ReplayedRegister) {
        let padding = register.isPadded ? " (SHA-1 digests with zeros behind them)" : ""
        let name = "\(register.bank) \(register.register)"
        add("register", "\(name): \(register.value ?? register.reason ?? "")\(padding)")
        switch register.agrees {
        case true?: add("", "agrees with the TPM")
        case nil: break
        case false?:
            if let expected = register.expected {
                add("", "the TPM held \(expected)", stands: true)
                if let number = register.agreedAfter {
                    add("", "as after entry \(number): the log is newer, or goes on with others")
                }
            } else {
                add("", "nobody knows what the TPM held", stands: true)
            }
        }
    }

    private mutating func add(_ entries: [ReplayedEntry]) {
        let counts = ReplayedEntry.Meaning.allCases.compactMap { meaning -> String? in
            let count = entries.count { $0.meaning == meaning }
            return count == 0 ? nil : "\(count) \(meaning.text)"
        }
        let others = entries.count { $0.meaning == nil }
        let rest = others == 0 ? [] : ["\(others) others"]
        let lines = (counts + rest).joined(separator: ", ").folded(to: 80 - Self.titleWidth)
        for (number, line) in lines.enumerated() { add(number == 0 ? "entries" : "", line) }
        if isVerbose {
            for entry in entries { add("  \(entry.number)", entry.text) }
        } else {
            add("  wrong", entries.filter { !$0.problems.isEmpty })
            add("  violation", entries.filter { $0.meaning == .violation })
            add("  duplicate", entries.filter(\.isDuplicate))
            for meaning in ReplayedEntry.Meaning.allCases
            where meaning.isUnknown && meaning != .violation {
                add("  unknown", entries.filter { $0.meaning == meaning })
            }
        }
    }

    private mutating func add(_ title: String, _ entries: [ReplayedEntry]) {
        for entry in entries.prefix(Self.mostEntries) {
            add(title, "\(entry.number): \(entry.text)")
        }
        let others = entries.count - Self.mostEntries
        if others > 0 { add(title, "and \(others) more, which --verbose names") }
    }
}

extension ReplayedEntry.Meaning {
    /// What so many entries are.
    fileprivate var text: String {
        switch self {
        case .bootAggregate: "boot_aggregate"
        case .list: "digest lists"
        case .changedList: "changed digest lists"
        case .added: "uploads"
        case .deleted: "deletions"
        case .changedUpload: "changed uploads"
        case .file: "files of lists"
        case .violation: "violations"
        case .unknownTemplate: "of unknown templates"
        case .unknown: "unknown"
        }
    }
}

extension ReplayedEntry.Problem {
    /// The problem in words.
    var text: String {
        switch self {
        case .templateDigest: "the template digest is not that of the data"
        case .data: "the data is not of the template's fields"
        case .bufferDigest: "the digest is not that of the buffer"
        case .bootAggregate: "not the digest of the TPM's registers"
        }
    }
}

extension ReplayedEntry {
    /// The entry in a line.
    fileprivate var text: String {
        let template = printable(entry.template.name)
        let name = event.map { printable($0.name) } ?? hexadecimal(entry.digest)
        let start = "register \(entry.register), \(template), \(name)"
        let what = meaning.map { ", \($0.rawValue)" } ?? ""
        let from = list.map { " \($0.title)" } ?? ""
        return start + what + from + problems.map { "; \($0.text)" }.joined()
    }
}

extension ReplayReport {
    /// The verdict in a sentence.
    fileprivate var verdict: String {
        if isGood {
            return registers.contains { $0.agrees == true }
                ? "all is as it should be" : "nothing is wrong with the log itself"
        }
        let texts = problems.map { problem in
            switch problem {
            case .log: "the log is not whole"
            case .entries: "\(entries.count { !$0.problems.isEmpty }) entries are wrong"
            case .registers: "registers do not agree"
            case .unknown: "\(entries.count { $0.meaning?.isUnknown != false }) are unknown"
            }
        }
        return texts.joined(separator: ", ")
    }
}
