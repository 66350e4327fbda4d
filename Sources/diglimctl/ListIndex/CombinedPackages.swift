import CommandLineTool
import DigestList
import RPMHeader
import RPMHeaderTools

/// The packages that have no list of their own to be loaded, by whether other lists make all of
/// their files known, as one list for a whole image does.
struct CombinedPackages {
    /// Those of which all digests are in lists.
    private(set) var combined: [InstalledWithoutList.Package] = []
    /// All others.
    private(set) var missing: [InstalledWithoutList.Package] = []

    /// Sorts packages.
    ///
    /// - Parameters:
    ///   - packages: The packages.
    ///   - index: The lists.
    ///   - immutableOnly: Whether digests of files that may change do not count.
    init(_ packages: [InstalledWithoutList.Package], _ index: ListIndex, immutableOnly: Bool) {
        for package in packages {
            if let list = package.list, index.hasAll(of: list, immutableOnly: immutableOnly) {
                combined.append(package)
            } else {
                missing.append(package)
            }
        }
    }
}

extension InstalledWithoutList.Package {
    /// The packages whose lists are kept beside one that combines them.
    ///
    /// - Parameters:
    ///   - directory: The directory of digest lists.
    ///   - messages: What tells of lists that are passed over.
    /// - Returns: The packages; none without such a directory.
    static func kept(in directory: Path, _ messages: Messages) -> [Self] {
        let kept = directory.appending(InstalledPaths.packages)
        return ((try? ListSource.lists(in: kept, messages)) ?? []).compactMap { source in
            ListLabel(path: source.name).package.map { Self(name: $0, list: try? source.read()) }
        }
    }
}

extension ListIndex {
    /// Whether lists have all digests of an RPM digest list.
    fileprivate func hasAll(of list: [UInt8], immutableOnly: Bool) -> Bool {
        guard let label = Label(listName: Array("list".utf8).span.bytes) else { return false }
        var buffer = CompactListBuffer()
        let counts = list.withUnsafeBufferPointer { list in
            try? RPMFiles(of: RPMDigestList(copying: UnsafeRawBufferPointer(list))).convert(
                into: &buffer, label: label, abi: .v3, immutableOnly: immutableOnly)
        }
        guard let counts, counts.total > 0 else { return false }
        var hasAll = true
        forEachDigest(in: Array(buffer.list), abi: .v3) { digest, _ in
            if digest.algorithm != algorithm || entries(of: Array(digest.digest)).isEmpty {
                hasAll = false
            }
        }
        return hasAll
    }
}
