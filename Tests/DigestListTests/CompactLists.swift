import BlackBox
import DigestList
import DigestListTools

/// A block of a compact list as the format describes it, made without the library.
struct RawBlock {
    var version: UInt8 = 1
    var reserved: UInt8 = 0
    var type: UInt16 = 1
    var modifiers: UInt16 = 0
    var algorithm: UInt16 = 4
    var count: UInt32
    var dataSize: UInt32
    var digests: [UInt8]

    init(type: UInt16 = 1, modifiers: UInt16 = 0, algorithm: UInt16 = 4, digests: [[UInt8]]) {
        self.type = type
        self.modifiers = modifiers
        self.algorithm = algorithm
        self.digests = Array(digests.joined())
        count = UInt32(digests.count)
        dataSize = UInt32(self.digests.count)
    }

    /// The block's bytes.
    var bytes: [UInt8] {
        [version, reserved] + littleEndian(type) + littleEndian(modifiers)
            + littleEndian(algorithm) + littleEndian(count) + littleEndian(dataSize) + digests
    }
}

/// Different digests of a size.
func digests(_ count: Int, size: Int, from first: Int = 0) -> [[UInt8]] {
    (first..<first + count).map { number in
        (0..<size).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0 &* 7) }
    }
}

/// The first thing that is wrong with a list; `nil` for one that the kernel takes.
func firstError(in list: [UInt8], abi: ABI = .v3) -> CompactListError? {
    do throws(CompactListError) {
        try CompactBlocks.validate(list.span.bytes, abi: abi)
        return nil
    } catch {
        return error
    }
}

/// All blocks of a list that the kernel takes.
func blocks(of list: [UInt8], abi: ABI = .v3) throws -> [CompactBlock] {
    var blocks: [CompactBlock] = []
    var walk = CompactBlocks(abi: abi)
    while let block = try walk.next(in: list.span.bytes) { blocks.append(block) }
    return blocks
}
