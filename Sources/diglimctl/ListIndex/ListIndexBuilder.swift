import AppendedSignature
import CommandLineTool
import DigestList
import DigestListTools
import FileDigests
import ListVerification
import RPMHeader
import RPMHeaderTools

/// Reads digest lists as the parser and the kernel do, and keeps their digests.
struct ListIndexBuilder: ~Copyable {
    private let algorithm: HashAlgorithm
    private let abi: ABI
    private let immutableOnly: Bool
    private var table: DigestTable
    private var lists: [ListIndex.List] = []
    private var buffer = CompactListBuffer()

    /// Begins without lists.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm by which IMA asks.
    ///   - abi: The numbering of types in compact lists.
    ///   - immutableOnly: Whether the parser leaves out the digests of files that may change.
    init(algorithm: HashAlgorithm, abi: ABI, immutableOnly: Bool) {
        self.algorithm = algorithm
        self.abi = abi
        self.immutableOnly = immutableOnly
        table = DigestTable(size: algorithm.digestSize)
    }

    /// Adds a list.
    ///
    /// - Parameters:
    ///   - source: The list, RPM or compact.
    ///   - defect: Why nobody would take it, for another reason than that it is broken.
    mutating func add(_ source: ListSource, defect: String?) {
        lists.append(ListIndex.List(name: source.name, defect: defect))
        do throws(CommandError) {
            let file = try source.read()
            let label = ListLabel(path: source.name)
            if label.hasFormat("rpm") {
                try addRPM(file, label)
            } else {
                try addCompact(file)
            }
        } catch {
            lists[lists.count - 1].defect = error.text
        }
    }

    /// The index of all lists that have been added.
    consuming func finish() -> ListIndex {
        table.sort()
        return ListIndex(lists, table, algorithm: algorithm)
    }

    private mutating func addRPM(_ file: [UInt8], _ label: ListLabel) throws(CommandError) {
        guard let name = label.path.bytes.withUnsafeBytes({ Label(listName: $0.bytes) }) else {
            throw CommandError("no label can have this name")
        }
        do {
            try file.withUnsafeBufferPointer { (file) throws(RPMHeaderError) in
                _ = try RPMFiles(of: RPMDigestList(copying: UnsafeRawBufferPointer(file)))
                    .convert(into: &buffer, label: name, abi: abi, immutableOnly: immutableOnly)
            }
        } catch {
            throw CommandError(error.text)
        }
        try add(UnsafeRawBufferPointer(buffer.list))
    }

    private mutating func addCompact(_ file: [UInt8]) throws(CommandError) {
        guard file.count <= CompactListWriter.maximumSize else {
            throw CommandError("too large for the kernel")
        }
        if file.isEmpty { throw CommandError("empty file") }
        let content = try SignedFile(list: file).content
        // The kernel takes all of a list or nothing.
        do { try CompactBlocks.validate(content.span.bytes, abi: abi) } catch {
            throw CommandError("\(error.reason)")
        }
        try content.withUnsafeBufferPointer { (list) throws(CommandError) in
            try add(UnsafeRawBufferPointer(list))
        }
    }

    /// Adds the digests of files in a list as the kernel gets it.
    private mutating func add(_ list: UnsafeRawBufferPointer) throws(CommandError) {
        let number = lists.count - 1
        var blocks = CompactBlocks(abi: abi)
        do {
            while let block = try blocks.next(in: list.bytes) {
                guard block.header.type == .file, block.header.count > 0 else { continue }
                lists[number].digests += Int(block.header.count)
                guard block.header.algorithm == algorithm else {
                    lists[number].otherAlgorithms.insert(block.header.algorithm)
                    continue
                }
                let size = algorithm.digestSize
                for start in stride(
                    from: block.digests.lowerBound, to: block.digests.upperBound, by: size)
                {
                    table.add(
                        UnsafeRawBufferPointer(rebasing: list[start..<start + size]),
                        list: number, isImmutable: block.header.modifiers.contains(.immutable))
                }
            }
        } catch {
            throw CommandError("\(error.reason)")
        }
    }
}
