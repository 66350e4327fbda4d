import RPMHeader
import RPMHeaderTools

/// Where the parts of a header are, in bytes from the start of the file.
struct HeaderLayout {
    /// The number of index entries.
    let entryCount: Int
    /// Where the index begins.
    let indexStart: Int
    /// Where the data begins.
    let dataStart: Int
    /// Where the header ends.
    let end: Int

    static let entrySize = 16

    /// Looks at a header that is in order.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - start: Where the header's magic is.
    /// - Returns: `nil` where there is no whole header.
    init?(of bytes: [UInt8], at start: Int = 0) {
        let intro = 16
        guard bytes.count >= start + intro, bytes[start...].starts(with: RPMDigestList.magic) else {
            return nil
        }
        entryCount = Int(bytes.number(at: start + 8) ?? 0)
        indexStart = start + intro
        dataStart = indexStart + Self.entrySize * entryCount
        end = dataStart + Int(bytes.number(at: start + 12) ?? 0)
        guard end <= bytes.count, entryCount > 0 else { return nil }
    }

    /// Where an index entry begins.
    func entry(_ index: Int) -> Int { indexStart + Self.entrySize * index }

    /// The tags that the conversion reads.
    static let fileTags: [UInt32] = [
        1027, 1028, 1030, 1035, 1044, 1106, 1116, 1117, 1118, 5008, 5011,
    ]

    /// The tags of which each file has a value.
    static let tagsOfEachFile: [UInt32] = [1027, 1028, 1030, 1035, 1116, 1117, 5008]

    /// The indexes of the entries of some tags.
    func entries(of tags: [UInt32], in bytes: [UInt8]) -> [Int] {
        (0..<entryCount).filter { index in
            bytes.number(at: entry(index)).map { tags.contains($0) } ?? false
        }
    }
}

extension [UInt8] {
    /// The number of four bytes, the highest first; `nil` where the bytes end before.
    func number(at offset: Int) -> UInt32? {
        guard offset >= 0, offset + 4 <= count else { return nil }
        return self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Overwrites bytes with those of a number, the highest first, where there are so many.
    mutating func set(_ number: some FixedWidthInteger, at offset: Int) {
        let size = number.bitWidth / 8
        guard offset >= 0, offset + size <= count else { return }
        for index in 0..<size {
            self[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * (size - 1 - index)))
        }
    }
}
