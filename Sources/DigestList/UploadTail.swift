/// The end of each upload, which makes two packages with the same digests two lists to the kernel.
///
/// The kernel knows a list by its digest, and takes blocks without digests. So an upload ends in
/// four of type FILE, whose modifiers are the four 16-bit words of the 64-bit FNV-1a of the label,
/// the lowest word first. It also tells which label the upload was meant for.
public struct UploadTail: Equatable, Sendable {
    /// The size of an encoded tail, in bytes.
    public static let size = words * CompactHeader.size
    private static let words = 4

    /// The hash of the label.
    public let labelHash: UInt64

    /// Creates the tail of a label's uploads.
    ///
    /// - Parameter label: The label.
    public init(of label: Label) { labelHash = fnv1a(label.bytes.dropLast()) }

    /// Reads the tail of a list.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - abi: The numbering of types.
    /// - Returns: `nil` where the list has none, or nothing else.
    public init?(endOf list: RawSpan, abi: ABI) {
        let start = list.byteCount - Self.size
        guard start > 0 else { return nil }
        var hash: UInt64 = 0
        var algorithm: HashAlgorithm?
        for word in 0..<Self.words {
            let header = try? CompactHeader(
                from: list, at: start + word * CompactHeader.size, abi: abi)
            guard let header, header.type == .file, header.count == 0,
                header.algorithm == algorithm ?? header.algorithm
            else { return nil }
            algorithm = header.algorithm
            hash |= UInt64(header.modifiers.rawValue) << (16 * UInt64(word))
        }
        labelHash = hash
    }

    /// Writes the tail as the kernel reads it.
    ///
    /// - Parameters:
    ///   - target: Memory that the 64 bytes go to.
    ///   - offset: Where in the memory they go.
    ///   - algorithm: The algorithm of the blocks before.
    ///   - abi: The numbering of types.
    /// - Throws: ``CompactListError`` as ``CompactHeader/encode(into:at:abi:)``.
    public func encode(
        into target: UnsafeMutableRawBufferPointer, at offset: Int = 0, algorithm: HashAlgorithm,
        abi: ABI
    ) throws(CompactListError) {
        for word in 0..<Self.words {
            let bits = UInt16(truncatingIfNeeded: labelHash >> (16 * UInt64(word)))
            let header = CompactHeader(
                type: .file, modifiers: .init(rawValue: bits), algorithm: algorithm, count: 0)
            try header.encode(into: target, at: offset + word * CompactHeader.size, abi: abi)
        }
    }
}
