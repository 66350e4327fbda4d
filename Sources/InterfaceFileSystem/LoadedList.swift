import DigestList

/// A digest list that the table holds.
public struct LoadedList: Sendable {
    /// The list as uploaded.
    public let bytes: [UInt8]
    /// The label that it was uploaded with, or the path, of which the last part is the label.
    public let label: [UInt8]
    /// The name of its file in `digest_lists_loaded`.
    public let name: [UInt8]
    /// What IMA did with the upload.
    public let actions: Actions
    /// Its place in the order of the uploads.
    public let number: UInt64

    /// What IMA did with a list.
    public struct Actions: OptionSet, Sendable {
        /// The bits as the kernel shows them.
        public let rawValue: UInt8

        /// Creates a set from its bits.
        ///
        /// - Parameter rawValue: The bits as the kernel shows them.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// It was measured.
        public static let measured = Actions(rawValue: 1)
        /// It was appraised.
        public static let appraised = Actions(rawValue: 2)
        /// It was appraised with a signature.
        public static let appraisedWithSignature = Actions(rawValue: 4)
        /// All that the kernel knows.
        public static let all: Actions = [.measured, .appraised, .appraisedWithSignature]
    }

    /// Calls a function with each block of the list.
    ///
    /// - Parameters:
    ///   - abi: The numbering of types.
    ///   - body: Gets the block.
    func forEachBlock(abi: ABI, _ body: (CompactBlock) -> Void) {
        var blocks = CompactBlocks(abi: abi)
        while let block = try? blocks.next(in: bytes.span.bytes) { body(block) }
    }

    /// Calls a function with each digest of the list.
    ///
    /// - Parameters:
    ///   - abi: The numbering of types.
    ///   - body: Gets the digest, and the header of the block that it is in.
    public func forEachDigest<Failure>(
        abi: ABI, _ body: (ArraySlice<UInt8>, CompactHeader) throws(Failure) -> Void
    ) throws(Failure) {
        var blocks = CompactBlocks(abi: abi)
        while let block = try? blocks.next(in: bytes.span.bytes) {
            for range in block.digestRanges { try body(bytes[range], block.header) }
        }
    }

    /// The list in words: a line for each header, a line for each digest.
    ///
    /// - Parameter abi: The numbering of types.
    func ascii(abi: ABI) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(3 * bytes.count)
        forEachBlock(abi: abi) { block in
            text += Array("actions: \(actions.rawValue), \(block.header.words(abi: abi))\n".utf8)
            for digest in block.digestRanges {
                text += Hexadecimal.encode(bytes[digest])
                text.append(UInt8(ascii: "\n"))
            }
        }
        return text
    }
}

extension CompactBlock {
    /// Where each digest of the block is in the list.
    var digestRanges: some Sequence<Range<Int>> {
        let size = header.algorithm.digestSize
        return stride(from: digests.lowerBound, to: digests.upperBound, by: size).lazy
            .map { $0..<$0 + size }
    }
}

extension CompactHeader {
    /// The header as the kernel words it.
    ///
    /// - Parameter abi: The numbering of types.
    func words(abi: ABI) -> String {
        "version: \(Self.version), algo: \(algorithm.name), type: \(type.number(in: abi) ?? 0), "
            + "modifiers: \(modifiers.rawValue), count: \(count), datalen: \(dataSize ?? 0)"
    }
}
