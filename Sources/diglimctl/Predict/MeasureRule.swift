import CommandLineTool
import MeasurementList

/// A rule of an IMA policy that measures, or has something not measured.
struct MeasureRule {
    /// Whether what matches is measured.
    let isMeasure: Bool
    /// The function; `nil` for all.
    private(set) var function: String?
    /// The register that is extended.
    private(set) var register = 10
    /// The template, where the rule names one.
    private(set) var template: Template?
    /// The labels of critical data; `nil` for all.
    private(set) var labels: [String]?
    /// Whether files that DIGLIM knows are left out.
    private(set) var usesDiglim = false
    /// What the rule demands, and nobody can tell here.
    private(set) var conditions: [String] = []
    /// Whether the rule demands what is not so when digest lists are read.
    private var isOfOthers = false

    /// Reads a rule.
    ///
    /// - Parameter text: The rule, as it stands in a policy.
    /// - Returns: `nil` for a rule that is of something else than measuring, or none.
    /// - Throws: ``CommandError`` for what is no rule.
    init?(_ text: Substring) throws(CommandError) {
        let words = text.split { $0 == " " || $0 == "\t" }
        guard let action = words.first, !action.hasPrefix("#") else { return nil }
        switch action {
        case "measure": isMeasure = true
        case "dont_measure": isMeasure = false
        case "appraise", "dont_appraise", "audit", "hash", "dont_hash": return nil
        default: throw CommandError("'\(printable(action.utf8))' is no action")
        }
        for word in words.dropFirst() {
            let end = word.firstIndex(of: "=") ?? word.endIndex
            try add(word[..<end], word[end...].dropFirst(), word)
        }
    }

    private mutating func add(
        _ key: Substring, _ value: Substring, _ word: Substring
    ) throws(CommandError) {
        switch key {
        case "func": function = String(value)
        case "pcr":
            guard let number = Int(value), 0..<MeasurementLog.registerCount ~= number else {
                throw CommandError("'\(printable(word.utf8))' is no register")
            }
            register = number
        case "template": template = Template(value.utf8)
        case "label": labels = value.split(separator: "|").map(String.init)
        case "use_diglim": usesDiglim = true
        // Lists are read by root, and are root's.
        case "uid", "euid", "gid", "egid", "fowner", "fgroup":
            if value != "0" { isOfOthers = true }
        case "mask": if !value.hasSuffix("MAY_READ") { isOfOthers = true }
        default: conditions.append(String(word))
        }
    }

    /// Whether the rule is one for a function.
    ///
    /// - Parameters:
    ///   - function: The function, by its name in policies.
    ///   - label: The label of critical data.
    func matches(_ function: String, label: String? = nil) -> Bool {
        if isOfOthers || self.function != nil && self.function != function { return false }
        if let label, labels?.contains(label) == false { return false }
        return isMeasure || conditions.isEmpty
    }
}

extension MeasureRule {
    /// What `ima_policy=diglim` has.
    static let diglim = "measure func=DIGEST_LIST_CHECK pcr=11 use_diglim"
    /// What `ima_policy=critical_data` has.
    static let criticalData = "measure func=CRITICAL_DATA"
}
