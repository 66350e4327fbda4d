/// A block of a compact list, read and written without the code that is tested.
public struct ListBlock: Equatable, Sendable {
    /// The type's number.
    public var type: UInt16
    /// The modifiers' bits: 1 for immutable files.
    public var modifiers: UInt16
    /// The kernel's number of the algorithm.
    public var algorithm: UInt16
    /// The digests.
    public var digests: [[UInt8]]

    /// Creates a block.
    ///
    /// - Parameters:
    ///   - type: The type's number.
    ///   - modifiers: The modifiers' bits.
    ///   - algorithm: The algorithm's number.
    ///   - digests: The digests.
    public init(
        type: UInt16 = 1, modifiers: UInt16 = 0, algorithm: UInt16 = 4, _ digests: [[UInt8]]
    ) {
        self.type = type
        self.modifiers = modifiers
        self.algorithm = algorithm
        self.digests = digests
    }

    /// Whether the digests are those of immutable files.
    public var isImmutable: Bool { modifiers == 1 }

    /// The block as it stands in a list.
    public var bytes: [UInt8] {
        let data = digests.flatMap { $0 }
        return [1, 0] + littleEndian(type) + littleEndian(modifiers) + littleEndian(algorithm)
            + littleEndian(UInt32(digests.count)) + littleEndian(UInt32(data.count)) + data
    }

    /// The blocks of a list.
    ///
    /// - Parameter list: The list's bytes.
    /// - Throws: ``CommandError`` where it is none.
    public static func blocks(of list: [UInt8]) throws -> [ListBlock] {
        var blocks: [ListBlock] = []
        var rest = list[...]
        while !rest.isEmpty { blocks.append(try ListBlock(from: &rest)) }
        return blocks
    }

    private init(from rest: inout ArraySlice<UInt8>) throws {
        guard rest.count >= 16 else { throw CommandError("a block that ends in its header") }
        let header = Array(rest.prefix(16))
        func number(_ offset: Int, _ size: Int) -> Int {
            header[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let (count, size) = (number(8, 4), number(12, 4))
        rest = rest.dropFirst(16)
        guard header[0] == 1, header[1] == 0, count > 0 ? size % count == 0 : size == 0,
            rest.count >= size
        else { throw CommandError("a block with the header \(header)") }
        self.init(
            type: UInt16(number(2, 2)), modifiers: UInt16(number(4, 2)),
            algorithm: UInt16(number(6, 2)), [])
        guard count > 0 else { return }
        let (digestSize, data) = (size / count, rest.prefix(size))
        digests = stride(from: data.startIndex, to: data.endIndex, by: digestSize).map {
            Array(data[$0..<$0 + digestSize])
        }
        rest = rest.dropFirst(size)
    }
}

/// What an upload ends in: four blocks without digests that carry the FNV-1a of its label.
///
/// - Parameters:
///   - label: The label.
///   - type: The number of the type FILE.
///   - algorithm: The algorithm's number.
public func uploadTail(of label: String, type: UInt16 = 1, algorithm: UInt16 = 4) -> [UInt8] {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in label.utf8 {
        hash = (hash ^ UInt64(byte)).multipliedFullWidth(by: 1_099_511_628_211).low
    }
    return (0..<4).flatMap { word in
        ListBlock(
            type: type, modifiers: UInt16(hash >> (16 * word) & 0xffff), algorithm: algorithm, []
        ).bytes
    }
}

extension [ListBlock] {
    /// The blocks with what a parser puts behind them, as it uploads a list.
    ///
    /// - Parameter label: The list's label.
    public func upload(label: String) -> [UInt8] {
        flatMap(\.bytes)
            + uploadTail(of: label, type: self[0].type, algorithm: self[0].algorithm)
    }
}
