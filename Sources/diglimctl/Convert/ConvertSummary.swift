import CommandLineTool

/// What `diglimctl convert` has done.
struct ConvertSummary: WorkSummary {
    /// The output directory.
    var directory: String
    /// The compact lists that are in their places.
    var lists: [List] = []
    /// The number of RPM digest lists whose digests are in the compact lists.
    var converted = 0
    /// The number of compact lists that are new or different.
    var written = 0
    /// The number of compact lists that were in the directory already.
    var unchanged = 0
    /// The number of parts of an earlier run that are none of the lists now.
    var removed = 0
    /// The number of digests of files that may change.
    var mutable = 0
    /// The number of digests of files that may not.
    var immutable = 0
    /// The number of RPM digest lists without digests.
    var empty = 0
    /// The number of lists and other things that failed.
    var failed = 0
    /// What failed.
    var failures: [Messages.Failure] = []

    /// One compact list.
    struct List: Encodable {
        /// The list's file name.
        var name: String
        /// The path of the RPM digest list; missing where the list combines several.
        var source: String?
        /// The number of digests of files that may change.
        var mutable: Int
        /// The number of digests of files that may not.
        var immutable: Int
        /// `written`, or `unchanged` where the directory holds the list already.
        var result: String
    }

    var place: String { directory }

    /// The summary as a line for people.
    var text: String {
        let digests = "\(mutable) mutable and \(immutable) immutable digests"
        let lists = "\(written) \(written == 1 ? "list" : "lists") written, \(unchanged) unchanged"
        let others = removed == 0 ? "" : ", \(removed) removed"
        return "\(converted) converted (\(digests)), \(lists)\(others), \(empty) empty, "
            + "\(failed) failed"
    }
}
