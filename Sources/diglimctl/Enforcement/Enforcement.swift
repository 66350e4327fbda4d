import CommandLineTool
import DigestList
import KernelInterface
import KernelQueries

/// What `diglim-enforcer` says of itself, where the interface is its own.
struct Enforcement: Encodable {
    /// What becomes of files that no list which counts makes known.
    enum Mode: String, Encodable {
        /// They are told.
        case audit
        /// They are refused.
        case enforce
        /// Nobody asks.
        case none
    }

    /// The mode.
    var mode: Mode
    /// When the enforcer was started, as in RFC 3339.
    var since: String?
    /// When it goes back to audit mode, as in RFC 3339.
    var until: String?
    /// The number of refusals.
    var refused: Int?
    /// The number of times that it would have refused in audit mode.
    var wouldRefuse: Int?
    /// The number of either that are not in the journal.
    var unreported: Int?
    /// Which lists count: `signatures` or `unsigned`.
    var trust: String?
    /// The algorithm by which it asks for files.
    var algorithm: String?
    /// The number of digests that it knows files by.
    var digests: Int?
    /// The lists of files that it never asks for.
    var never: [List] = []

    /// A list whose digests are by other algorithms.
    struct List: Encodable {
        /// The list's label.
        var label: String
        /// The digests' algorithms.
        var algorithms: [String]
    }

    private enum CodingKeys: String, CodingKey {
        case mode, since, until, refused
        case wouldRefuse = "would_refuse"
        case unreported, trust, algorithm, digests, never
    }

    /// Reads what the enforcer says.
    ///
    /// - Parameter interface: The interface.
    /// - Returns: `nil` where the interface is not an enforcer's.
    /// - Throws: ``CommandError`` where it does not say it as an enforcer does.
    init?(of interface: borrowing Interface) throws(CommandError) {
        let text: [UInt8]?
        do throws(InterfaceError) { text = try interface.enforcement() } catch {
            throw CommandError("enforcement: \(error.text)")
        }
        guard let text else { return nil }
        let fields = EnforcementFields(text)
        guard let mode = fields["mode"].flatMap({ Mode(rawValue: $0) }) else {
            throw CommandError("enforcement: no mode that is known here")
        }
        self.mode = mode
        since = try fields.number("since").map(utcTime)
        until = try fields.number("until").map(utcTime)
        refused = try fields.number("refused")
        wouldRefuse = try fields.number("would refuse")
        unreported = try fields.number("unreported")
        trust = fields["trust"]
        algorithm = fields["algorithm"]
        digests = try fields.number("digests")
    }

    /// The algorithm by which it asks for files, where it has one that is known here.
    var hash: HashAlgorithm? { algorithm.flatMap { HashAlgorithm(kernelName: $0) } }

    /// Looks for lists of files that it never asks for.
    ///
    /// - Parameter state: What is loaded.
    mutating func findNever(in state: borrowing LoadedState) {
        guard let hash else { return }
        for list in state.lists {
            let blocks = list.content?.blocks.filter { $0.type == .file } ?? []
            guard !blocks.isEmpty, !blocks.contains(where: { $0.algorithm == hash }) else {
                continue
            }
            let others = Set(blocks.map { "\($0.algorithm.name)" }).sorted()
            never.append(List(label: list.label.text, algorithms: others))
        }
    }
}

/// The lines of the file `enforcement`, `KEY: VALUE` each.
private struct EnforcementFields {
    private var values: [String: String] = [:]

    init(_ text: [UInt8]) {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].drop { $0 == UInt8(ascii: " ") }
            values[printable(parts[0])] = printable(value)
        }
    }

    subscript(key: String) -> String? { values[key] }

    func number(_ key: String) throws(CommandError) -> Int? {
        guard let value = values[key] else { return nil }
        guard let number = Int(value), number >= 0 else {
            throw CommandError("enforcement: '\(key)' is no number: \(value)")
        }
        return number
    }
}
