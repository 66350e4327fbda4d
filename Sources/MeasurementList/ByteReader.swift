/// Takes bytes one after the other, and never more than are left.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    /// Where the next byte is.
    private(set) var index: Int

    /// Begins at the start of bytes.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { index == bytes.endIndex }

    /// Takes some bytes.
    ///
    /// - Parameter count: How many.
    /// - Returns: `nil` where fewer are left.
    mutating func take(_ count: some BinaryInteger) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - index else { return nil }
        let start = index
        index += Int(count)
        return bytes[start..<index]
    }

    /// Takes a number of four bytes, the lowest first.
    ///
    /// - Returns: `nil` where fewer are left.
    mutating func number() -> UInt32? {
        take(4)?.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension [UInt8] {
    /// Adds a number of four bytes, the lowest first.
    mutating func append(littleEndian number: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
