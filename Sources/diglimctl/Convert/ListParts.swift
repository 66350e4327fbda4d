import CommandLineTool
import DigestList
import FileDigests

/// A compact list in as many parts as it takes for the kernel to read each from a file.
///
/// The kernel reads files of any size, and then copies the list in them into contiguous memory.
struct ListParts {
    private let abi: ABI
    private var parts: [Part] = []

    /// A part.
    private struct Part {
        var bytes: [UInt8] = []
        var counts = CompactListBuffer.Counts()
        var algorithm = HashAlgorithm.sha256

        /// The size that is left for digests of one more block, in bytes.
        var room: Int {
            CompactListWriter.maximumSize - bytes.count - CompactHeader.size - UploadTail.size
        }
    }

    /// A part, as it stands in a file of its own.
    struct File {
        /// The file's name.
        var name: Path
        /// The list.
        var list: [UInt8]
        /// How many digests it has.
        var counts: CompactListBuffer.Counts
    }

    /// Begins without digests.
    ///
    /// - Parameter abi: The numbering of types.
    init(abi: ABI) { self.abi = abi }

    /// Adds the digests of a list.
    ///
    /// - Parameter list: The list, whose tail is left out.
    /// - Throws: ``CommandError`` where it is none.
    mutating func append(_ list: [UInt8]) throws(CommandError) {
        do throws(CompactListError) {
            var blocks = CompactBlocks(abi: abi)
            while let block = try blocks.next(in: list.span.bytes) {
                try append(block.header, list[block.digests])
            }
        } catch {
            throw CommandError("\(error.reason)")
        }
    }

    private mutating func append(
        _ header: CompactHeader, _ digests: ArraySlice<UInt8>
    ) throws(CompactListError) {
        let size = header.algorithm.digestSize
        var (header, rest) = (header, digests)
        while !rest.isEmpty {
            if (parts.last?.room ?? 0) < size { parts.append(Part()) }
            var part = parts.removeLast()
            let digests = rest.prefix(part.room / size * size)
            header.count = UInt32(digests.count / size)
            try part.bytes.append(header, abi: abi)
            part.bytes += digests
            part.algorithm = header.algorithm
            if header.modifiers.contains(.immutable) {
                part.counts.immutable += Int(header.count)
            } else {
                part.counts.mutable += Int(header.count)
            }
            parts.append(part)
            rest = rest[digests.endIndex...]
        }
    }

    /// The files for the parts: one of the list's own name, or several with numbers in theirs.
    ///
    /// - Parameters:
    ///   - name: The list's file name.
    ///   - tail: The tail of a list in one part; `nil` for that of its name, as parts have.
    /// - Throws: ``CommandError`` where a name is none for a list.
    func files(named name: Path, tail: UploadTail? = nil) throws(CommandError) -> [File] {
        var files: [File] = []
        for (number, part) in parts.enumerated() {
            var file = File(name: name, list: part.bytes, counts: part.counts)
            if parts.count > 1 {
                file.name = try PartName(number + 1, of: parts.count).added(to: name)
            }
            let own = parts.count > 1 ? nil : tail
            guard let tail = own ?? ListLabel(path: file.name).tail else {
                throw CommandError("no label can have the name \(file.name.text)")
            }
            do { try file.list.append(tail, algorithm: part.algorithm, abi: abi) } catch {
                throw CommandError("\(error.reason)")
            }
            files.append(file)
        }
        return files
    }
}

extension [UInt8] {
    fileprivate mutating func append(
        _ header: CompactHeader, abi: ABI
    ) throws(CompactListError) {
        let start = count
        self += repeatElement(0, count: CompactHeader.size)
        try withUnsafeMutableBufferPointer { (bytes) throws(CompactListError) in
            try header.encode(into: UnsafeMutableRawBufferPointer(bytes), at: start, abi: abi)
        }
    }

    fileprivate mutating func append(
        _ tail: UploadTail, algorithm: HashAlgorithm, abi: ABI
    ) throws(CompactListError) {
        let start = count
        self += repeatElement(0, count: UploadTail.size)
        try withUnsafeMutableBufferPointer { (bytes) throws(CompactListError) in
            try tail.encode(
                into: UnsafeMutableRawBufferPointer(bytes), at: start, algorithm: algorithm,
                abi: abi)
        }
    }
}
