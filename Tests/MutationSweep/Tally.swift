import CheckedConversion
import RPMHeader

/// What became of the mutants.
struct Tally {
    private var rows: [Mutation: Row] = [:]
    private var reasons: [String: Int] = [:]
    private(set) var findings = 0

    private struct Row {
        var accepted = 0
        var refused = 0
    }

    mutating func count(_ outcome: CheckedConversion.Outcome, of mutation: Mutation) {
        switch outcome {
        case .accepted: rows[mutation, default: Row()].accepted += 1
        case .refused(let error):
            rows[mutation, default: Row()].refused += 1
            reasons[Self.text(error), default: 0] += 1
        case .wrong: findings += 1
        }
    }

    private static func text(_ error: RPMHeaderError) -> String {
        (error.tag.map { "\($0.label): " } ?? "") + "\(error.problem.reason)"
    }

    /// The tables at the end.
    var text: String {
        var lines = [Self.line("mutation", "mutants", "accepted", "refused")]
        var all = Row()
        for mutation in Mutation.allCases {
            let row = rows[mutation] ?? Row()
            lines.append(Self.line(mutation.rawValue, row))
            all.accepted += row.accepted
            all.refused += row.refused
        }
        lines.append(Self.line("all", all))
        lines.append("")
        lines.append(Self.padded("refused", 9) + "  because of")
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append(Self.padded("\(count)", 9) + "  " + reason)
        }
        lines.append("")
        lines.append(findings == 0 ? "nothing was found" : "findings: \(findings)")
        return lines.joined(separator: "\n")
    }

    private static func line(_ name: String, _ row: Row) -> String {
        line(name, "\(row.accepted + row.refused)", "\(row.accepted)", "\(row.refused)")
    }

    private static func line(_ name: String, _ columns: String...) -> String {
        let rest = columns.map { padded($0, 10) }.joined()
        return name + String(repeating: " ", count: max(0, 28 - name.utf8.count)) + rest
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
