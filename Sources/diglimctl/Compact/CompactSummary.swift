import CommandLineTool

/// What `diglimctl compact` has done.
struct CompactSummary: WorkSummary {
    /// The list's path.
    var list: String
    /// `written`, or `unchanged` where the directory holds the list already.
    var result: String
    /// What the digests are digests of: `file`, `parser` or `metadata`.
    var type: String
    /// The digests' algorithm, by the kernel's name.
    var algorithm: String
    /// The number of digests of files that may change.
    var mutable: Int
    /// The number of digests of files that may not.
    var immutable: Int
    /// The size of all files that were read, in bytes.
    var bytes: Int
    /// The number of things in directories that are no regular files.
    var passedOver: Int
    /// The number of files and directories that failed.
    var failed: Int
    /// What failed.
    var failures: [Messages.Failure]

    private enum CodingKeys: String, CodingKey {
        case list
        case result
        case type
        case algorithm
        case mutable
        case immutable
        case bytes
        case passedOver = "passed_over"
        case failed
        case failures
    }

    var place: String { list }

    /// The summary as a line for people.
    var text: String {
        let digests = mutable + immutable
        var parts = ["\(digests) \(digests == 1 ? "digest" : "digests") (\(algorithm))"]
        parts.append("\(mutable) mutable")
        parts.append("\(immutable) immutable")
        if passedOver > 0 { parts.append("\(passedOver) passed over") }
        parts.append("\(failed) failed")
        return parts.joined(separator: ", ")
    }
}
