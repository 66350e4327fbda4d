import CommandLineTool
import DigestList
import DigestListTools
import ListVerification

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
        var headers: [CompactHeader] = []
        var digests: [Digest] = []
        try forEachBlock(of: list, abi: abi) { block in
            headers.append(block.header)
            guard withDigests else { return }
            for start in stride(
                from: block.digests.lowerBound, to: block.digests.upperBound,
                by: block.header.algorithm.digestSize)
            {
                let digest = list[start..<start + block.header.algorithm.digestSize]
                digests.append(Digest(digest, of: block.header))
            }
        }
        headers.removeTail(of: list.bytes, abi: abi)
        let described = headers.map { Block($0) }
        blocks = described
        mutable = described.filter { !$0.immutable }.reduce(0) { $0 + $1.count }
        immutable = described.filter(\.immutable).reduce(0) { $0 + $1.count }
        if withDigests { self.digests = digests }
    }
}

extension [CompactHeader] {
    /// Takes away the headers of an upload's tail, which has no digests.
    ///
    /// - Parameters:
    ///   - list: The list that the headers are from.
    ///   - abi: The numbering of types.
    /// - Returns: The tail; `nil` where the list has none.
    @discardableResult
    mutating func removeTail(of list: RawSpan, abi: ABI) -> UploadTail? {
        let length = UploadTail.size / CompactHeader.size
        // A tail inside of a digest is none.
        guard suffix(length).allSatisfy({ $0.count == 0 }),
            let tail = UploadTail(endOf: list, abi: abi)
        else { return nil }
        removeLast(length)
        return tail
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
