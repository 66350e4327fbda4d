import CommandLineTool
import DigestList
import PackageHeader
import RPMHeader
import RPMHeaderTools

/// Which packages digests are from: by the RPM digest lists beside a list that combines them, and by
/// the RPM database.
final class PackageIndex {
    private let directory: Path
    private let location: DatabaseLocation
    private let messages: Messages
    private var names: [String] = []
    private var entries: [Digest: [Entry]] = [:]
    private var buffer = CompactListBuffer()
    private var hasLists = false
    private var hasDatabase = false

    /// A digest with its algorithm.
    struct Digest: Hashable {
        var algorithm: HashAlgorithm
        var digest: ArraySlice<UInt8>
    }

    private struct Entry {
        var package: Int
        var isImmutable: Bool
    }

    /// Prepares an index, which reads nothing before it is asked.
    ///
    /// - Parameters:
    ///   - directory: The directory of digest lists.
    ///   - location: Where the database is.
    ///   - messages: What tells that the database cannot be read.
    init(_ directory: Path, _ location: DatabaseLocation, _ messages: Messages) {
        self.directory = directory
        self.location = location
        self.messages = messages
    }

    /// Finds the packages that a digest is from.
    ///
    /// - Parameter digest: The digest.
    /// - Returns: The packages, in order; none where neither a list nor the database has it.
    func packages(of digest: Digest) -> [String] {
        readLists()
        if entries[digest] == nil { readDatabase() }
        return Set((entries[digest] ?? []).map { names[$0.package] }).sorted()
    }

    /// Finds the packages whose lists have digests that others do not have.
    ///
    /// - Parameters:
    ///   - digests: The others.
    ///   - immutableOnly: Whether digests of files that may change do not count.
    /// - Returns: The packages, in order.
    func packages(lackingIn digests: Set<Digest>, immutableOnly: Bool) -> [String] {
        readLists()
        var lacking: Set<Int> = []
        for (digest, entries) in entries where !digests.contains(digest) {
            for entry in entries where entry.package < listed {
                if entry.isImmutable || !immutableOnly { lacking.insert(entry.package) }
            }
        }
        return lacking.map { names[$0] }.sorted()
    }

    /// The number of packages, the first ones, whose lists are kept for a list that combines them.
    private var listed = 0

    private func readLists() {
        if hasLists { return }
        hasLists = true
        let kept = directory.appending(InstalledPaths.packages)
        readLists(of: kept)
        listed = names.count
        readLists(of: directory)
    }

    /// Reads the RPM digest lists of a directory, as far as they can be read.
    private func readLists(of directory: Path) {
        for name in (try? DirectoryList.names(in: directory)) ?? [] {
            guard let package = ListLabel(path: name).package else { continue }
            let file = RPMListFile(directory.appending(name), immutableOnly: false)
            messages.progress("reading \(name.text)")
            if let counts = try? file.convert(into: &buffer, abi: .v3, immutableOnly: false) {
                add(package, counts)
            }
        }
        messages.endProgress()
    }

    private func readDatabase() {
        if hasDatabase { return }
        hasDatabase = true
        do throws(CommandError) {
            let librpm = try Librpm(checksDigests: false)
            if case .machine = location, try location.find() == nil { return }
            try PackageDatabase(at: location, librpm).forEach(
                { header in
                    if case .package = header.content { addPackage(header) }
                    return true
                }, { _ in })
        } catch {
            messages.notice(nil, "packages are told without the database: \(error.text)")
        }
        messages.endProgress()
    }

    /// Adds a package of the database; of one that no list can be made of, nothing is loaded.
    private func addPackage(_ header: borrowing PackageHeader) {
        guard let name = try? header.name(), let label = Label(listName: name.span.bytes),
            let list = try? header.list(with: nil)?.bytes
        else { return }
        messages.progress(printable(name))
        let counts = list.withUnsafeBufferPointer { list in
            try? RPMFiles(of: RPMDigestList(copying: UnsafeRawBufferPointer(list))).convert(
                into: &buffer, label: label, abi: .v3, immutableOnly: false)
        }
        if let counts { add(printable(name), counts) }
    }

    /// Adds the list in the buffer.
    private func add(_ package: String, _ counts: CompactListBuffer.Counts) {
        names.append(package)
        guard counts.total > 0 else { return }
        forEachDigest(in: Array(buffer.list), abi: .v3) { digest, header in
            let isImmutable = header.modifiers.contains(.immutable)
            let entry = Entry(package: names.count - 1, isImmutable: isImmutable)
            entries[digest, default: []].append(entry)
        }
    }
}

/// Goes through the digests of files in a list, as far as it is one.
///
/// - Parameters:
///   - list: The list.
///   - abi: The numbering of types.
///   - body: What to do with a digest; it gets the header of the digest's block as well.
func forEachDigest(
    in list: [UInt8], abi: ABI, _ body: (PackageIndex.Digest, CompactHeader) -> Void
) {
    var blocks = CompactBlocks(abi: abi)
    while let block = try? blocks.next(in: list.span.bytes) {
        guard block.header.type == .file else { continue }
        let algorithm = block.header.algorithm
        for start in stride(
            from: block.digests.lowerBound, to: block.digests.upperBound, by: algorithm.digestSize)
        {
            let digest = list[start..<start + algorithm.digestSize]
            body(PackageIndex.Digest(algorithm: algorithm, digest: digest), block.header)
        }
    }
}
