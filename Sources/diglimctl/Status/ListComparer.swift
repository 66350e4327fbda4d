import CommandLineTool
import DigestList
import FileDigests

/// Compares what is loaded with a directory, as `rpm_parser sync` does.
struct ListComparer: ~Copyable {
    private let state: LoadedState
    private let hasher: Hasher
    private let entries: [ListLabel: [LoadedList]]
    /// The lists by their SHA-256.
    private let digests: [[UInt8]: LoadedList]
    private var result: ListComparison
    /// The positions of lists that files stand for.
    private var used: Set<Int> = []
    /// The labels of files of which nobody knows what the list would be.
    private var unknown: Set<ListLabel> = []
    /// The RPM digest lists, by the hash in the tails of their uploads.
    private var files: [UInt64: (name: Path, isLoaded: Bool)] = [:]

    /// Compares.
    ///
    /// - Parameters:
    ///   - state: What is loaded.
    ///   - directory: The directory.
    ///   - messages: What shows how far it has come.
    /// - Throws: ``CommandError`` where a loaded list cannot be read.
    static func compare(
        _ state: consuming LoadedState, with directory: Path, _ messages: Messages
    ) throws(CommandError) -> ListComparison {
        var reader = DirectoryListReader(directory, against: state)
        var comparer = try ListComparer(state, directory)
        let names: [Path]
        do throws(CommandError) { names = try DirectoryList.names(in: directory) } catch {
            comparer.result.error = error.text
            return comparer.result
        }
        for (number, name) in names.enumerated() {
            messages.progress("comparing list \(number + 1) of \(names.count)")
            if let list = reader.read(name) { try comparer.take(list) }
        }
        messages.endProgress()
        comparer.findRest()
        return comparer.result
    }

    private init(_ state: consuming LoadedState, _ directory: Path) throws(CommandError) {
        let hasher = try Hasher.ofLists()
        let lists = state.lists.filter { $0.content != nil }
        entries = Dictionary(grouping: state.lists, by: \.label)
        digests = Dictionary(lists.map { ($0.content?.digest ?? [], $0) }) { first, _ in first }
        result = ListComparison(of: directory)
        result.loaded = lists.count
        result.otherLabels = lists.count { !$0.label.isListName }
        result.emptyEntries = state.lists.filter { $0.content == nil }.map(\.label.text)
        self.hasher = hasher
        self.state = state
    }

    private mutating func take(_ file: DirectoryList) throws(CommandError) {
        switch file.content {
        case .list(let bytes): try take(file.name, file.label, bytes)
        case .empty: result.empty += 1
        case .broken(let reason):
            result.broken.append(ListComparison.Broken(file: file.name.text, error: reason))
            if let label = file.label { unknown.insert(label) }
        case .otherFormat:
            result.otherFormats += 1
            if let label = file.label { unknown.insert(label) }
        }
    }

    private mutating func take(
        _ name: Path, _ label: ListLabel?, _ list: [UInt8]
    ) throws(CommandError) {
        let entries = label.flatMap { self.entries[$0] } ?? []
        let own = entries.filter { $0.content != nil && !isMisplaced($0) }
        let digest = hasher.digest(of: list)
        let same = holder(of: digest, label, among: own)
        if let label, label.hasFormat("rpm"), let hash = label.tail?.labelHash {
            files[hash] = (name, same != nil)
        }
        let parts = own.filter(\.isPart)
        if let same {
            result.current += 1
            use([same])
        } else if try isMadeOf(parts, list) {
            result.current += 1
            use(parts)
        } else {
            use(own)
            // The parser can take an entry away that is of a list elsewhere.
            if digests[digest] == nil, entries.contains(where: { isEmptyEntry($0, of: list) }) {
                result.blocked.append(name.text)
            } else if own.isEmpty {
                result.missing.append(name.text)
            } else {
                result.changed.append(name.text)
            }
        }
    }

    private mutating func use(_ lists: [LoadedList]) {
        for list in lists { used.insert(list.position) }
    }

    /// The loaded list that is the one with a digest: an RPM digest list under its own label, a
    /// compact one under any, as its digests are there then.
    private func holder(
        of digest: [UInt8], _ label: ListLabel?, among own: [LoadedList]
    ) -> LoadedList? {
        if label?.hasFormat("rpm") == true { return own.first { $0.content?.digest == digest } }
        return digests[digest]
    }

    /// Whether an entry is the one that a list would need, but empty.
    private func isEmptyEntry(_ entry: LoadedList, of list: [UInt8]) -> Bool {
        guard entry.content == nil, let algorithm = entry.algorithm,
            let hasher = try? Hasher(algorithm)
        else { return false }
        let name = "\(algorithm.name)-\(hexadecimal(hasher.digest(of: list)))-"
        return entry.identity.elementsEqual(name.utf8)
    }

    /// Whether a list went up in parts: these have all of its digests together and no others.
    private func isMadeOf(
        _ parts: [LoadedList], _ list: [UInt8]
    ) throws(CommandError) -> Bool {
        guard parts.count > 1 else { return false }
        var rest = digestsWithHeaders(list, abi: state.abi)
        let all = rest
        for part in parts {
            let digests = digestsWithHeaders(try state.bytes(of: part), abi: state.abi)
            guard digests.isSubset(of: all) else { return false }
            rest.subtract(digests)
        }
        return rest.isEmpty
    }

    /// Whether a list is under a label that is not its own, and cannot be another file's: the kernel
    /// itself gives compact lists their files' names, whatever list they were made of.
    private func isMisplaced(_ list: LoadedList) -> Bool {
        list.foreignHash != nil && !list.label.hasFormat("compact")
    }

    private mutating func findRest() {
        for list in state.lists where list.content != nil {
            let file = list.foreignHash.flatMap { files[$0] }
            // A list that the parser needs under its own label has to go wherever it is.
            if isMisplaced(list) || file?.isLoaded == false {
                result.foreign.append(
                    ListComparison.Foreign(label: list.label.text, file: file?.name.text))
            } else if list.label.isListName, !unknown.contains(list.label),
                !used.contains(list.position)
            {
                result.extra.append(list.label.text)
            }
        }
    }
}

extension LoadedList {
    /// Whether the list may be a part of one that the parser has cut: one block, and a tail.
    fileprivate var isPart: Bool { content?.blocks.count == 1 && content?.tail != nil }
}

/// The digests of a list, each behind what its block's header says of it: the first 8 bytes.
private func digestsWithHeaders(_ list: [UInt8], abi: ABI) -> Set<[UInt8]> {
    var digests: Set<[UInt8]> = []
    var blocks = CompactBlocks(abi: abi)
    while let block = try? blocks.next(in: list.span.bytes) {
        let start = block.digests.lowerBound
        let header = list[start - CompactHeader.size..<start - CompactHeader.size + 8]
        let size = block.header.algorithm.digestSize
        for digest in stride(from: start, to: block.digests.upperBound, by: size) {
            digests.insert(Array(header) + list[digest..<digest + size])
        }
    }
    return digests
}
