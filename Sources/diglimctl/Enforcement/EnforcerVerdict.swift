import CommandLineTool
import DigestList
import KernelInterface

/// What the enforcer does with a file.
struct EnforcerVerdict: Encodable {
    /// The mode.
    var mode: Enforcement.Mode
    /// What becomes of the file.
    var verdict: Verdict
    /// The file's digest, by the algorithm by which the enforcer asks.
    var digest: String

    /// What can become of a file.
    enum Verdict: String, Encodable {
        /// A list that counts has its digest.
        case allowed
        /// No list that counts has its digest.
        case refused
        /// The same, but that is only told.
        case told
        /// Nobody asks.
        case undecided
    }

    /// Whether somebody would refuse it, or will when he enforces.
    var isRefusal: Bool { verdict == .refused || verdict == .told }

    /// Judges a file.
    ///
    /// - Parameters:
    ///   - digest: The file's digest.
    ///   - algorithm: Its algorithm.
    ///   - answers: The lists that have it.
    ///   - mode: The enforcer's mode.
    init(
        on digest: [UInt8], _ algorithm: HashAlgorithm, _ answers: [QueryAnswer],
        _ mode: Enforcement.Mode
    ) {
        self.mode = mode
        self.digest = "\(algorithm.name)-\(hexadecimal(digest))"
        let counts = answers.contains { $0.type == .file && $0.actions.contains(.appraised) }
        verdict =
            switch mode {
            case .none: .undecided
            case _ where counts: .allowed
            case .audit: .told
            case .enforce: .refused
            }
    }

    /// The verdict in words.
    var text: String {
        let reason = "no list that counts has its digest"
        return switch verdict {
        case .allowed: "allows it: a list that counts has its digest"
        case .refused: "refuses it: \(reason)"
        case .told: "would refuse it, in audit mode: \(reason)"
        case .undecided: "decides nothing, in a dry run"
        }
    }
}
