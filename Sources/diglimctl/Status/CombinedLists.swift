import CommandLineTool
import DigestList

/// The loaded lists that combine those of packages, as `diglimctl status` tells them.
struct CombinedLists: Encodable {
    /// The lists, by label.
    var lists: [List] = []
    /// The packages whose lists are kept beside them, and have digests that none of them has.
    var lacking: [String] = []

    /// A list, perhaps in parts.
    struct List: Encodable {
        /// The label, without the number of a part.
        var label: String
        /// The number of lists that it is loaded in.
        var parts = 0
        /// The number of digests.
        var digests = 0
        /// The number of digests of which nobody knows a package.
        var unknown = 0
        /// The packages that the digests are from.
        var packages: [String] = []
    }

    /// Looks at what is loaded.
    ///
    /// - Parameters:
    ///   - state: What is loaded.
    ///   - known: What knows the packages.
    /// - Returns: `nil` where no such list is loaded.
    /// - Throws: ``CommandError`` where a list cannot be read.
    init?(of state: borrowing LoadedState, _ known: PackageIndex) throws(CommandError) {
        var digests: Set<PackageIndex.Digest> = []
        var hasMutable = false
        for loaded in state.lists where loaded.isCombined {
            let label = PartName.whole(of: loaded.label.path).text
            // Between a list and its parts another may stand.
            let index = lists.firstIndex { $0.label == label }
            var list = index.map { lists.remove(at: $0) } ?? List(label: label)
            list.parts += 1
            var packages = Set(list.packages)
            forEachDigest(in: try state.bytes(of: loaded), abi: state.abi) { digest, header in
                if !header.modifiers.contains(.immutable) { hasMutable = true }
                digests.insert(digest)
                let found = known.packages(of: digest)
                list.digests += 1
                if found.isEmpty { list.unknown += 1 }
                packages.formUnion(found)
            }
            list.packages = packages.sorted()
            lists.insert(list, at: index ?? lists.endIndex)
        }
        if lists.isEmpty { return nil }
        lacking = known.packages(lackingIn: digests, immutableOnly: !hasMutable)
    }
}

extension LoadedList {
    /// Whether this is what `diglimctl convert` makes of several lists: the tail is of its own name,
    /// and not of an RPM digest list's.
    var isCombined: Bool {
        guard label.hasFormat("compact"), let tail = content?.tail else { return false }
        return tail == label.tail
    }
}
