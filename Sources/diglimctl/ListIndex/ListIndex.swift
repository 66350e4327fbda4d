import CommandLineTool
import DigestList

/// What the digest lists of a directory make known.
struct ListIndex: Sendable {
    /// A digest list.
    struct List: Sendable {
        /// The file's name.
        var name: Path
        /// Why nobody would take it, in words; `nil` where it counts.
        var defect: String?
        /// The number of digests of files that it has.
        var digests = 0
        /// The algorithms of those that IMA never asks for.
        var otherAlgorithms: Set<HashAlgorithm> = []

        /// The package, where the list is an RPM digest list, else the file's name.
        var title: String { ListLabel(path: name).package ?? name.text }
    }

    /// What a digest stands for.
    enum Verdict: Equatable {
        /// A list that counts has it.
        case known
        /// Lists that count have it as that of a file that may change, where that does not do.
        case mutable(list: Int)
        /// Only lists have it that nobody would take.
        case uncounted(list: Int)
        /// No list has it.
        case unknown
    }

    /// The lists, in the order of upload.
    let lists: [List]
    /// The algorithm by which IMA asks.
    let algorithm: HashAlgorithm
    private let table: DigestTable

    /// Creates an index.
    ///
    /// - Parameters:
    ///   - lists: The lists.
    ///   - table: Their digests.
    ///   - algorithm: The digests' algorithm.
    init(_ lists: [List], _ table: DigestTable, algorithm: HashAlgorithm) {
        self.lists = lists
        self.table = table
        self.algorithm = algorithm
    }

    /// The number of digests of the algorithm.
    var digestCount: Int { table.count }

    /// Finds a digest in the lists.
    ///
    /// - Parameter digest: The digest.
    func entries(of digest: [UInt8]) -> [DigestTable.Entry] { table.entries(of: digest) }

    /// What IMA would be told of a file.
    ///
    /// - Parameters:
    ///   - digest: The file's digest.
    ///   - immutableOnly: Whether files that may change count as not known.
    func verdict(on digest: [UInt8], immutableOnly: Bool) -> Verdict {
        let entries = table.entries(of: digest)
        guard let first = entries.first else { return .unknown }
        let counted = entries.filter { lists[$0.list].defect == nil }
        guard let firstCounted = counted.first else { return .uncounted(list: first.list) }
        if immutableOnly, !counted.contains(where: \.isImmutable) {
            return .mutable(list: firstCounted.list)
        }
        return .known
    }
}
