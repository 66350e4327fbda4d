/// What every digest of a block has in common: the header in front of a block's digests.
///
/// The layout is `struct compact_list_hdr` of `<linux/diglim.h>`: 16 bytes, little endian.
public struct CompactHeader: Equatable, Sendable {
    /// The size of an encoded header, in bytes.
    public static let size = 16

    /// The format's only version.
    public static let version: UInt8 = 1

    /// What the digests are digests of.
    public var type: ListType
    /// What the kernel adds to its verdict on the files.
    public var modifiers: Modifiers
    /// The digests' algorithm.
    public var algorithm: HashAlgorithm
    /// The number of digests.
    public var count: UInt32

    /// Creates a header.
    ///
    /// - Parameters:
    ///   - type: What the digests are digests of.
    ///   - modifiers: What the kernel adds to its verdict on the files.
    ///   - algorithm: The digests' algorithm.
    ///   - count: The number of digests.
    public init(type: ListType, modifiers: Modifiers, algorithm: HashAlgorithm, count: UInt32) {
        self.type = type
        self.modifiers = modifiers
        self.algorithm = algorithm
        self.count = count
    }

    /// Properties that a list claims for its files.
    public struct Modifiers: OptionSet, Sendable {
        /// The bits as in the header's field.
        public var rawValue: UInt16

        /// Creates a set from the bits of the header's field.
        ///
        /// - Parameter rawValue: The bits, in the machine's byte order.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The files may not be written. The corresponding bit is `COMPACT_MOD_IMMUTABLE`.
        public static let immutable = Modifiers(rawValue: 1)
    }
}

extension CompactHeader {
    /// The size of the digests that follow the header, in bytes.
    ///
    /// - Returns: `nil` where the size does not fit into the header's field.
    public var dataSize: UInt32? { UInt32(exactly: Int(count) * algorithm.digestSize) }

    /// Writes the header as the kernel reads it.
    ///
    /// - Parameters:
    ///   - target: Memory that the 16 bytes go to.
    ///   - offset: Where in the memory they go.
    ///   - abi: The numbering of types.
    /// - Throws: ``CompactListError/type`` for a type that the ABI lacks,
    ///   ``CompactListError/dataLength`` for more digests than a block can hold.
    public func encode(
        into target: UnsafeMutableRawBufferPointer, at offset: Int = 0, abi: ABI
    ) throws(CompactListError) {
        precondition(offset >= 0 && target.count - offset >= Self.size)
        let target = UnsafeMutableRawBufferPointer(rebasing: target[offset...])
        guard let number = type.number(in: abi) else { throw .type }
        guard let dataSize else { throw .dataLength }
        target[0] = Self.version
        target[1] = 0
        target.storeBytes(of: number.littleEndian, toByteOffset: 2, as: UInt16.self)
        target.storeBytes(of: modifiers.rawValue.littleEndian, toByteOffset: 4, as: UInt16.self)
        target.storeBytes(of: algorithm.rawValue.littleEndian, toByteOffset: 6, as: UInt16.self)
        target.storeBytes(of: count.littleEndian, toByteOffset: 8, as: UInt32.self)
        target.storeBytes(of: dataSize.littleEndian, toByteOffset: 12, as: UInt32.self)
    }

    /// Reads a header and refuses what the kernel refuses.
    ///
    /// - Parameters:
    ///   - bytes: The list.
    ///   - offset: Where in the list the header begins, in bytes.
    ///   - abi: The numbering of types.
    /// - Throws: ``CompactListError`` with the first field that is wrong.
    public init(from bytes: RawSpan, at offset: Int, abi: ABI) throws(CompactListError) {
        guard bytes.byteCount - offset >= Self.size else { throw .truncatedHeader }
        func load<Number: FixedWidthInteger & BitwiseCopyable>(_ field: Int) -> Number {
            Number(
                littleEndian: bytes.unsafeLoadUnaligned(
                    fromByteOffset: offset + field, as: Number.self))
        }
        guard bytes[offset] == Self.version else { throw .version }
        guard bytes[offset + 1] == 0 else { throw .reserved }
        guard let type = ListType(number: load(2), abi: abi) else { throw .type }
        guard let algorithm = HashAlgorithm(rawValue: load(6)) else { throw .algorithm }
        self.init(
            type: type, modifiers: .init(rawValue: load(4)), algorithm: algorithm, count: load(8))
        guard dataSize == load(12) else { throw .dataLength }
    }
}

/// One block of a compact list: a header, and where its digests are.
public struct CompactBlock: Equatable, Sendable {
    /// What the digests have in common.
    public var header: CompactHeader
    /// The digests' place in the list, in bytes.
    public var digests: Range<Int>
}

/// A walk over the blocks of a compact list that checks each as the kernel does.
public struct CompactBlocks: Sendable {
    /// The numbering of types.
    public let abi: ABI
    /// Where the next block begins, in bytes.
    public private(set) var offset = 0

    /// Begins at the start of a list.
    ///
    /// - Parameter abi: The numbering of types.
    public init(abi: ABI) { self.abi = abi }

    /// Takes the next block.
    ///
    /// - Parameter bytes: The whole list, the same at each call.
    /// - Returns: `nil` at the end of the list.
    /// - Throws: ``CompactListError`` with what the kernel would refuse.
    public mutating func next(in bytes: RawSpan) throws(CompactListError) -> CompactBlock? {
        guard offset < bytes.byteCount else { return nil }
        let header = try CompactHeader(from: bytes, at: offset, abi: abi)
        let start = offset + CompactHeader.size
        guard let size = header.dataSize, Int(size) <= bytes.byteCount - start else {
            throw .truncatedDigests
        }
        offset = start + Int(size)
        return CompactBlock(header: header, digests: start..<offset)
    }
}

/// What is wrong with a compact list; the kernel answers each with `EINVAL`.
public enum CompactListError: Error, Sendable {
    case truncatedHeader, version, reserved, type, algorithm, dataLength, truncatedDigests
}
