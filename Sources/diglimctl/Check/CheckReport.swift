import CommandLineTool

/// What `diglimctl check` has found: the files that would be refused, by what is wrong.
struct CheckReport: Encodable {
    /// A file that would be refused.
    struct File: Encodable {
        /// The file's path in the system.
        var file: String
        /// What it can be executed or loaded as.
        var kind: FileKind?
        /// Its digest, in hexadecimal, by the algorithm by which IMA asks; or that of a log.
        var digest: String
        /// The package that has a file of this path, or the list that has the digest.
        var package: String?
        /// The digest that the package has of it, as in `sha256-0123...`.
        var expected: String?
        /// What the file's own `security.ima` holds.
        var attribute: IMAAttribute?
        /// A process that has the file mapped, where it is not to be found by its path.
        var process: Int32?
    }

    /// A list or a package, and the files that would be refused for it.
    struct Files: Encodable {
        /// The list's file name, or the package.
        var name: String
        /// Why the list would not count.
        var reason: String?
        /// The files that nothing else makes known.
        var files: [File] = []
    }

    /// Where the lists are.
    var directory: String
    /// The algorithm by which IMA asks.
    var algorithm: String
    /// How many lists there are.
    var lists: Int
    /// How many digests they have of that algorithm.
    var digests: Int
    /// Whether lists without a signature by somebody given do not count.
    var signatures: Bool
    /// How many files were looked at that can be executed or loaded.
    var checked = 0
    /// How many of them would be refused.
    var refused = 0
    /// Files of packages that are not as the package has them.
    var changed: [File] = []
    /// Files of no list.
    var unknown: [File] = []
    /// Files of which packages have digests that IMA does not ask for.
    var otherAlgorithm: [File] = []
    /// Files that may change, where they may not.
    var mutable: [File] = []
    /// Files that are judged by their own attribute.
    var attribute: [File] = []
    /// Files of the system that an initial ram disk has others of, and no list for.
    var newer: [File] = []
    /// Files that were written while they were measured, of which nobody knows what they held.
    var violations: [File] = []
    /// Installed packages without a list.
    var missingLists: [Files] = []
    /// Lists that would not count.
    var uncountedLists: [Files] = []
    /// What could not be read.
    var failures: [Messages.Failure] = []
    /// Commands that mend it, where there are some for all files of a kind.
    var commands: [String] = []

    private enum CodingKeys: String, CodingKey {
        case directory, algorithm, lists, digests, signatures, checked, refused, changed, unknown
        case otherAlgorithm = "other_algorithm"
        case mutable, attribute, newer, violations
        case missingLists = "missing_lists"
        case uncountedLists = "uncounted_lists"
        case failures, commands
    }

    /// Begins with an index.
    ///
    /// - Parameters:
    ///   - index: The index.
    ///   - directory: Where its lists are.
    ///   - signatures: Whether lists without a signature by somebody given do not count.
    init(_ index: ListIndex, in directory: Path, signatures: Bool) {
        self.directory = directory.text
        self.signatures = signatures
        algorithm = "\(index.algorithm.name)"
        lists = index.lists.count
        digests = index.digestCount
    }

    /// Whether nothing would be refused, as far as all could be read.
    var isWell: Bool {
        refused == 0 && violations.isEmpty && uncountedLists.isEmpty && failures.isEmpty
    }
}
