import CommandLineTool

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
        /// `written`, or `unchanged` where the directory holds the list already.
        var result: String
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
