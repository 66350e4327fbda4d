import DigestList

/// Builds a compact list, block by block.
public struct CompactListWriter {
    /// The largest list that the kernel has room for, from a file too, in bytes.
    public static let maximumSize = (4 << 20) - 1

    /// The list so far.
    public private(set) var bytes: [UInt8] = []
    private let abi: ABI

    /// Begins a list without blocks.
    ///
    /// - Parameter abi: The numbering of types.
    public init(abi: ABI) { self.abi = abi }

    /// Adds a block; none where there are no digests, because the kernel would load it.
    ///
    /// - Parameters:
    ///   - digests: The digests, each of the algorithm's size.
    ///   - type: What the digests are digests of.
    ///   - modifiers: What the kernel adds to its verdict on the files.
    ///   - algorithm: The digests' algorithm.
    /// - Throws: ``CompactListError/type`` for a type that the ABI lacks,
    ///   ``CompactListError/dataLength`` for more digests than a block can hold.
    public mutating func append(
        _ digests: [[UInt8]], type: ListType, modifiers: CompactHeader.Modifiers,
        algorithm: HashAlgorithm
    ) throws(CompactListError) {
        guard !digests.isEmpty else { return }
        guard let count = UInt32(exactly: digests.count) else { throw .dataLength }
        precondition(digests.allSatisfy { $0.count == algorithm.digestSize })
        let header = CompactHeader(
            type: type, modifiers: modifiers, algorithm: algorithm, count: count)
        var block = [UInt8](repeating: 0, count: CompactHeader.size)
        try block.withUnsafeMutableBufferPointer { (block) throws(CompactListError) in
            try header.encode(into: UnsafeMutableRawBufferPointer(block), abi: abi)
        }
        bytes += block
        for digest in digests { bytes += digest }
    }
}
