import CLinux

/// Memory in which one compact list after another is built.
///
/// A list has at most two blocks, the mutable and the immutable digests of one package, and a tail.
/// Both blocks grow at the same time, each in its own half, and stand behind each other once they
/// are finished.
public struct CompactListBuffer: ~Copyable {
    /// From `malloc`, which fails in words.
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var halfSize = 0
    private var counts = Counts()
    private var algorithm = HashAlgorithm.sha256
    private var finishedSize = 0

    /// Creates a buffer without memory.
    public init() {}

    deinit { free(memory.baseAddress) }

    /// How many digests of each kind a list has.
    public struct Counts: Equatable, BitwiseCopyable, Sendable {
        /// The number of digests of files that may change.
        public var mutable = 0
        /// The number of digests of files that may not.
        public var immutable = 0

        /// Creates counts of 0.
        public init() {}

        /// The number of digests of both kinds.
        public var total: Int { mutable + immutable }
    }

    /// Begins a list; the one before is gone.
    ///
    /// - Parameters:
    ///   - algorithm: The digests' algorithm.
    ///   - capacity: The most digests that the list can get, as many as there is a file for.
    /// - Returns: `false` where there is no memory for so many; then there is no list.
    public mutating func begin(algorithm: HashAlgorithm, capacity: Int) -> Bool {
        let half = CompactHeader.size + capacity * algorithm.digestSize
        let size = 2 * half + UploadTail.size
        finishedSize = 0
        if size > memory.count {
            free(memory.baseAddress)
            memory = .init(start: nil, count: 0)
            guard let start = malloc(size) else { return false }
            memory = .init(start: start, count: size)
        }
        self.algorithm = algorithm
        halfSize = half
        counts = Counts()
        return true
    }

    /// Adds a digest in hexadecimal.
    ///
    /// - Parameters:
    ///   - digits: The digits, twice the digest's size, which must be readable.
    ///   - immutable: Whether the file may not change.
    /// - Returns: `false` where one of them is not a digit; nothing is added then.
    public mutating func append(hexadecimal digits: UnsafeRawPointer, immutable: Bool) -> Bool {
        let size = algorithm.digestSize
        let offset = CompactHeader.size + size * (immutable ? counts.immutable : counts.mutable)
        precondition(offset + size <= halfSize)
        let target = memory.baseAddress! + offset + (immutable ? halfSize : 0)
        guard Hexadecimal.decode(digits, into: target, size: size) else { return false }
        if immutable { counts.immutable += 1 } else { counts.mutable += 1 }
        return true
    }

    /// Ends the list: the mutable digests, then the immutable ones, then the tail; a block without
    /// digests is left out, and without any there is no list.
    ///
    /// - Parameters:
    ///   - label: The label under which the list will be loaded.
    ///   - abi: The numbering of types.
    ///   - immutableOnly: Whether the mutable digests are left out too.
    /// - Returns: How many digests the list has.
    /// - Throws: ``CompactListError/dataLength`` for more digests than a block can hold.
    public mutating func finish(
        label: Label, abi: ABI, immutableOnly: Bool = false
    ) throws(CompactListError) -> Counts {
        if immutableOnly { counts.mutable = 0 }
        guard counts.total > 0 else { return counts }
        let base = memory.baseAddress!
        let mutable = try endBlock(counts.mutable, [], at: 0, abi: abi)
        let immutable = try endBlock(counts.immutable, .immutable, at: halfSize, abi: abi)
        (base + mutable).copyMemory(from: base + halfSize, byteCount: immutable)
        let end = mutable + immutable
        try UploadTail(of: label).encode(into: memory, at: end, algorithm: algorithm, abi: abi)
        finishedSize = end + UploadTail.size
        return counts
    }

    /// Writes the header of a block.
    ///
    /// - Returns: The block's size in bytes, 0 for one without digests.
    private func endBlock(
        _ count: Int, _ modifiers: CompactHeader.Modifiers, at offset: Int, abi: ABI
    ) throws(CompactListError) -> Int {
        guard count > 0 else { return 0 }
        guard let count32 = UInt32(exactly: count) else { throw .dataLength }
        let header = CompactHeader(
            type: .file, modifiers: modifiers, algorithm: algorithm, count: count32)
        try header.encode(into: memory, at: offset, abi: abi)
        return CompactHeader.size + count * algorithm.digestSize
    }

    /// The finished list, valid until the next begins.
    public var list: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[..<finishedSize])
    }
}
