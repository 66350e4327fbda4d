import CommandLineTool
import DigestList

extension ListDescription {
    /// Describes a compact digest list.
    ///
    /// - Parameters:
    ///   - list: The list, without a signature.
    ///   - abi: The numbering of types.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` where the kernel would refuse the list.
    mutating func readCompact(
        _ list: UnsafeRawBufferPointer, abi: ABI, withDigests: Bool
    ) throws(CommandError) {
        var blocks = CompactBlocks(abi: abi)
        var described: [Block] = []
        var digests: [Digest] = []
        do {
            while let block = try blocks.next(in: list.bytes) {
                described.append(Block(block.header))
                guard withDigests else { continue }
                for start in stride(
                    from: block.digests.lowerBound, to: block.digests.upperBound,
                    by: block.header.algorithm.digestSize)
                {
                    let digest = list[start..<start + block.header.algorithm.digestSize]
                    digests.append(Digest(digest, of: block.header))
                }
            }
        } catch {
            let place = "block \(described.count + 1), at byte \(blocks.offset)"
            throw CommandError("\(error.reason) (\(place), ABI \(abi.name))")
        }
        self.blocks = described
        mutable = described.filter { !$0.immutable }.reduce(0) { $0 + $1.count }
        immutable = described.filter(\.immutable).reduce(0) { $0 + $1.count }
        if withDigests { self.digests = digests }
    }
}

extension ListDescription.Block {
    /// Describes a block.
    ///
    /// - Parameter header: The block's header.
    init(_ header: CompactHeader) {
        type = "\(header.type.name)"
        algorithm = "\(header.algorithm.name)"
        immutable = header.modifiers.contains(.immutable)
        modifiers = header.modifiers.rawValue
        count = Int(header.count)
    }
}

extension ListDescription.Digest {
    fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>, of header: CompactHeader) {
        algorithm = "\(header.algorithm.name)"
        digest = hexadecimal(bytes)
        immutable = header.modifiers.contains(.immutable)
    }
}
