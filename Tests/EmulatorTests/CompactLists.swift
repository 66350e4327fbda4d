import BlackBox
import DigestList

extension ListBlock {
    /// A block of digests that are one byte, over and over.
    static func of(_ bytes: UInt8..., algorithm: HashAlgorithm = .sha256) -> ListBlock {
        ListBlock(
            algorithm: algorithm.rawValue,
            bytes.map { [UInt8](repeating: $0, count: algorithm.digestSize) })
    }

    /// A block of so many different digests.
    static func numbered(_ count: Int) -> ListBlock {
        ListBlock((0..<count).map { littleEndian($0) + [UInt8](repeating: 0, count: 24) })
    }

    /// A block without digests.
    static let empty = ListBlock([])
}

/// A list of blocks.
func compactList(_ blocks: ListBlock...) -> [UInt8] { blocks.flatMap(\.bytes) }

/// The largest list that there can be: 4 MiB less the NUL, and sizes are multiples of 4.
func largestList() -> [UInt8] {
    let size = (4 << 20) - 4
    let list = compactList(.numbered((size - 2 * 16 - 28) / 32), .of(1, algorithm: .sha224))
    precondition(list.count == size)
    return list
}
