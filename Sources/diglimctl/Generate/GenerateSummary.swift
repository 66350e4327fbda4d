import CommandLineTool
import ListVerification
import PackageHeader

/// What `diglimctl generate` has done.
struct GenerateSummary: WorkSummary {
    /// The output directory.
    var directory: String
    /// The digest lists that were asked for and made.
    var lists: [List] = []
    /// The number of lists that are new or different.
    var written = 0
    /// The number of lists that were in the directory already.
    var unchanged = 0
    /// The number of lists without a signature, among those written and unchanged.
    var unsigned = 0
    /// The number of lists that have been removed, as no package stands for them.
    var pruned = 0
    /// The number of packages that have nothing for a digest list.
    var passedOver = 0
    /// The number of packages and other things that failed.
    var failed = 0
    /// What failed.
    var failures: [Messages.Failure] = []

    /// One digest list.
    struct List: Encodable {
        /// The list's file name.
        var name: String
        /// The package, as `name-version-release.arch`.
        var package: String
        /// Whether the list has a signature.
        var signed: Bool
        /// The signature in the list, where the package has some.
        var signature: Signature?
        /// The package's other signatures.
        var leftOut: [Signature]?
        /// `written`, or `unchanged` where the directory holds the list already.
        var result: String

        private enum CodingKeys: String, CodingKey {
            case name
            case package
            case signed
            case signature
            case leftOut = "left_out"
            case result
        }
    }

    /// What a package's signature says of itself.
    struct Signature: Encodable {
        /// The key's algorithm; `nil` where the data is no signature.
        var algorithm: String?
        /// The version of the signature packet.
        var version: UInt8?
        /// The key's ID, in hexadecimal; `nil` where it is not told.
        var keyID: String?

        /// Describes a signature.
        init(_ signature: HeaderSignature) {
            guard signature.version > 0 else { return }
            algorithm = OpenPGPFields.algorithm(Int(signature.algorithm))
            version = signature.version
            if !signature.keyID.isEmpty { keyID = hexadecimal(signature.keyID) }
        }

        private enum CodingKeys: String, CodingKey {
            case algorithm
            case version
            case keyID = "key_id"
        }

        /// The description for people.
        var text: String {
            guard let algorithm, let version else { return "one that cannot be read" }
            return "\(algorithm) (version \(version)), key ID \(keyID ?? "unknown")"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case directory
        case lists
        case written
        case unchanged
        case unsigned
        case pruned
        case passedOver = "passed_over"
        case failed
        case failures
    }

    var place: String { directory }

    /// The summary as a line for people.
    var text: String {
        var parts = ["\(written) \(written == 1 ? "list" : "lists") written"]
        parts.append("\(unchanged) unchanged")
        parts.append("\(unsigned) unsigned")
        if pruned > 0 { parts.append("\(pruned) pruned") }
        if passedOver > 0 { parts.append("\(passedOver) passed over") }
        parts.append("\(failed) failed")
        return parts.joined(separator: ", ")
    }
}
