import CommandLineTool
import DigestList
import MeasurementList

/// What `diglimctl replay` has found.
struct ReplayReport: Encodable {
    /// Whether nothing is wrong.
    var isGood: Bool { problems.isEmpty }
    /// What is wrong.
    private(set) var problems: [Problem] = []
    /// Whether the log begins as one after a start does, or what comes before is given.
    private(set) var isFromStart = true
    /// The logs, which are parts of one.
    let logs: [Log]
    var registers: [ReplayedRegister] = []
    var entries: [ReplayedEntry] = []

    /// What can be wrong.
    enum Problem: String, Encodable {
        /// A log ends within an entry, or has something else in it.
        case log
        /// Entries are not right.
        case entries
        /// Registers are not those of the TPM.
        case registers
        /// Nobody knows what entries stand for.
        case unknown
    }

    /// A log.
    struct Log: Encodable {
        /// The file.
        let file: String
        /// `text` or `binary`.
        let form: String
        /// The bank of the template digests.
        let bank: String
        /// The number of entries that could be read.
        let entries: Int
        /// What is wrong with the rest.
        let error: String?

        /// Describes a log.
        init(_ path: Path, _ log: MeasurementLog) {
            file = path.text
            form = log.isText ? "text" : "binary"
            bank = "\(log.bank.name)"
            entries = log.entries.count
            error = log.failure.map { failure in
                let place = log.isText ? "line \(failure.place)" : "byte \(failure.place)"
                return "\(place): \(failure.error.reason)"
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case good
        case problems
        case isFromStart = "from_start"
        case logs
        case registers
        case entries
    }

    /// Begins a report.
    ///
    /// - Parameter logs: The logs, in their order.
    init(_ logs: [Log]) { self.logs = logs }

    func encode(to encoder: Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isGood, forKey: .good)
        try container.encode(problems, forKey: .problems)
        try container.encode(isFromStart, forKey: .isFromStart)
        try container.encode(logs, forKey: .logs)
        try container.encode(registers, forKey: .registers)
        try container.encode(entries, forKey: .entries)
    }

    /// Finds what is wrong.
    ///
    /// - Parameters:
    ///   - isStartGiven: Whether the registers before the first entry were given.
    ///   - knowsLists: Whether there are lists by which entries can be known.
    mutating func judge(isStartGiven: Bool, knowsLists: Bool) {
        isFromStart = isStartGiven || entries.first?.event?.isBootAggregate == true
        if logs.contains(where: { $0.error != nil }) { problems.append(.log) }
        if entries.contains(where: { !$0.problems.isEmpty }) { problems.append(.entries) }
        if registers.contains(where: { $0.agrees == false }) { problems.append(.registers) }
        if knowsLists, entries.contains(where: { $0.meaning?.isUnknown != false }) {
            problems.append(.unknown)
        }
    }
}
