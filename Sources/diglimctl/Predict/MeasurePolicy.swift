import CommandLineTool

/// The rules by which IMA measures digest lists and uploads.
struct MeasurePolicy {
    /// The rule for files of lists; `nil` where they are not measured.
    let lists: MeasureRule?
    /// The rule for uploads; `nil` where they are not measured.
    let uploads: MeasureRule?
    /// What makes the prediction uncertain.
    private(set) var doubts: [String] = []

    /// Reads a policy.
    ///
    /// - Parameter text: The rules, one in a line.
    /// - Throws: ``CommandError`` for a line that is no rule.
    init(_ text: String) throws(CommandError) {
        var rules: [MeasureRule] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do throws(CommandError) {
                if let rule = try MeasureRule(line) { rules.append(rule) }
            } catch {
                throw CommandError("line \(index + 1): \(error.text)")
            }
        }
        let lists = rules.first { $0.matches("DIGEST_LIST_CHECK") }
        let uploads = rules.first { $0.matches("CRITICAL_DATA", label: "diglim") }
        self.lists = lists?.isMeasure == true ? lists : nil
        self.uploads = uploads?.isMeasure == true ? uploads : nil
        doubt(rules)
    }

    /// Reads the value of `ima_policy=` on the kernel's command line.
    ///
    /// - Parameter names: Names of built-in policies with `|` between them.
    /// - Throws: ``UsageError`` for a name that no kernel knows.
    init(builtIn names: String) throws(UsageError) {
        var rules: [String] = []
        var doubts: [String] = []
        for name in names.split(separator: "|") {
            switch name {
            case "diglim": rules.append(MeasureRule.diglim)
            case "critical_data": rules.append(MeasureRule.criticalData)
            case "tcb": doubts.append("tcb measures files that no list tells, and nothing on tmpfs")
            case "appraise_diglim", "appraise_tcb", "secure_boot", "fail_securely": break
            default:
                throw UsageError(text: "--ima-policy: no kernel knows '\(printable(name.utf8))'")
            }
        }
        guard let policy = try? Self(rules.joined(separator: "\n")) else { preconditionFailure() }
        self = policy
        self.doubts += doubts
    }

    private mutating func doubt(_ rules: [MeasureRule]) {
        if let lists, !lists.usesDiglim {
            doubts.append("without use_diglim, parsers and what starts them may have entries too")
        }
        for rule in [lists, uploads].compactMap({ $0 }) {
            for condition in rule.conditions {
                doubts.append("'\(printable(condition.utf8))' is taken to be fulfilled")
            }
        }
        let others = rules.filter { rule in
            rule.isMeasure && rule.function != "DIGEST_LIST_CHECK"
                && rule.function != "CRITICAL_DATA"
        }
        for register in Set(others.map(\.register)).sorted() {
            doubts.append("files that other rules measure in register \(register) are left out")
        }
    }
}
