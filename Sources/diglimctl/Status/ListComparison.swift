import CommandLineTool

/// How the lists that are loaded differ from those of the directory.
struct ListComparison: Encodable {
    /// The directory.
    var directory: String
    /// The number of lists that are loaded.
    var loaded = 0
    /// The number of files in the directory whose lists are loaded.
    var current = 0
    /// The number of files without digests.
    var empty = 0
    /// The number of files that only other parsers can read.
    var otherFormats = 0
    /// The number of loaded lists whose labels are not names of digest lists.
    var otherLabels = 0
    /// The files whose lists are not loaded.
    var missing: [String] = []
    /// The files whose lists are loaded with other digests.
    var changed: [String] = []
    /// The labels of loaded lists that no file stands for.
    var extra: [String] = []
    /// The files that cannot be loaded.
    var broken: [Broken] = []
    /// The files whose lists the kernel cannot load until it starts anew.
    var blocked: [String] = []
    /// The lists that are loaded under another label than the one they were uploaded for.
    var foreign: [Foreign] = []
    /// The labels of entries without a list, which stay until the kernel starts anew.
    var emptyEntries: [String] = []
    /// Why the directory cannot be read.
    var error: String?

    /// A file that cannot be loaded.
    struct Broken: Encodable {
        /// The file's name.
        var file: String
        /// What is wrong with it, in words.
        var error: String
    }

    /// A list under another label than its own.
    struct Foreign: Encodable {
        /// The label that it is loaded under.
        var label: String
        /// The file that it was uploaded for; missing where the directory has none.
        var file: String?
    }

    private enum CodingKeys: String, CodingKey {
        case directory
        case loaded
        case current
        case empty
        case otherFormats = "other_formats"
        case otherLabels = "other_labels"
        case missing
        case changed
        case extra
        case broken
        case blocked
        case foreign
        case emptyEntries = "empty_entries"
        case error
    }

    /// Begins a comparison.
    ///
    /// - Parameter directory: The directory.
    init(of directory: Path) { self.directory = directory.text }

    /// The number of files that are named as digest lists.
    var files: Int {
        current + empty + otherFormats + missing.count + changed.count + broken.count
            + blocked.count
    }
}
