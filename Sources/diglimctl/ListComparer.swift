import CommandLineTool
import DigestList
import FileDigests

/// Compares what is loaded with a directory, as `rpm_parser sync` does.
struct ListComparer: ~Copyable {
    private let state: LoadedState
    private let hasher: Hasher
    private let entries: [ListLabel: [LoadedList]]
    /// The lists by their SHA-256, and by the start of their names.
    private let digests: [[UInt8]: LoadedList]
    private let holders: [ArraySlice<UInt8>: LoadedList]
    private var result: ListComparison
    /// The digests of lists that files stand for.
    private var used: Set<[UInt8]> = []
    /// The labels of files of which nobody knows what the list would be.
    private var unknown: Set<ListLabel> = []

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
        comparer.findExtra()
        return comparer.result
    }

    private init(_ state: consuming LoadedState, _ directory: Path) throws(CommandError) {
        let hasher = try Hasher.ofLists()
        let lists = state.lists.filter { $0.content != nil }
        entries = Dictionary(grouping: state.lists, by: \.label)
        digests = Dictionary(lists.map { ($0.content?.digest ?? [], $0) }) { first, _ in first }
        holders = Dictionary(lists.map { ($0.identity, $0) }) { first, _ in first }
        result = ListComparison(of: directory)
        result.loaded = lists.count
        result.otherLabels = lists.count { !$0.label.isListName }
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
        let digest = hasher.digest(of: list)
        let entries = label.flatMap { self.entries[$0] } ?? []
        let own = entries.filter { $0.content != nil }
        if digests[digest] != nil {
            // Perhaps under another label: the kernel has a list only once.
            result.current += 1
            if !own.contains(where: { $0.content?.digest == digest }) { result.twins += 1 }
            used.insert(digest)
            return
        }
        // An empty entry stands for the list that was loaded under another label.
        let parts = entries.compactMap { holders[$0.identity] }
        if try isMadeOf(parts, list) {
            result.current += 1
            if own.isEmpty { result.twins += 1 }
            keep(parts)
        } else if own.isEmpty {
            result.missing.append(name.text)
        } else {
            result.changed.append(name.text)
            keep(own)
        }
    }

    private mutating func keep(_ lists: [LoadedList]) {
        for list in lists { if let digest = list.content?.digest { used.insert(digest) } }
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

    private mutating func findExtra() {
        for list in state.lists where list.label.isListName && !unknown.contains(list.label) {
            guard let digest = list.content?.digest, !used.contains(digest) else { continue }
            result.extra.append(list.label.text)
        }
    }
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
