/// A header that is read in the plainest way: no pointers, no librpm, no regard for speed.
///
/// It shares no code with what it is compared with, and is meant for headers that librpm accepts.
struct PlainHeader {
    private let bytes: [UInt8]
    private let dataStart: Int
    private var entries: [UInt32: Entry] = [:]

    private struct Entry {
        var type: Int
        var offset: Int
        var count: Int
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 16 else { return nil }
        self.bytes = bytes
        func number(_ offset: Int) -> Int {
            bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let count = number(8)
        dataStart = 16 + 16 * count
        let end = dataStart + number(12)
        guard end <= bytes.count, Self.isRegion(bytes[16..<end], entries: count),
            Self.isSignature(bytes[end...])
        else { return nil }
        for start in stride(from: 16, to: dataStart, by: 16) {
            let tag = UInt32(number(start))
            // The region is the only one, and no tag that is read is there twice.
            guard tag == 63 ? start == 16 : tag >= 100 else { return nil }
            guard entries[tag] == nil || !Self.tags.contains(tag) else { return nil }
            entries[tag] = Entry(
                type: number(start + 4), offset: number(start + 8), count: number(start + 12))
        }
    }

    /// Tags that tell of files, and what the package was built from.
    private static let tags: Set<UInt32> = [
        1027, 1028, 1030, 1035, 1116, 1117, 1118, 5008, 5011,
    ]

    /// Whether the package is none of sources.
    var isBinary: Bool { entries[1044] != nil && entries[1106] == nil }

    /// Whether index and data begin with the entry of an immutable region, and end with its trailer.
    private static func isRegion(_ bytes: ArraySlice<UInt8>, entries: Int) -> Bool {
        func encoded(_ offset: Int) -> [UInt8] {
            let numbers: [Int] = [63, 7, offset, 16]
            return numbers.flatMap { number in
                [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
            }
        }
        let dataSize = bytes.count - 16 * entries
        return dataSize >= 16 && bytes.starts(with: encoded(dataSize - 16))
            && bytes.suffix(16).elementsEqual(encoded(-16 * entries))
    }

    /// Whether bytes are nothing or one signature with its trailer.
    private static func isSignature(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.isEmpty { return true }
        let trailer = bytes.suffix(40)
        let length = trailer.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        return trailer.suffix(28).elementsEqual("~Module signature appended~\n".utf8)
            && length > 0 && length + 40 == bytes.count
    }

    /// The numbers of a tag, of 16, 32 or 64 bits; `nil` where it is missing or runs off the data.
    func numbers(_ tag: UInt32) -> [UInt64]? {
        guard let entry = entries[tag], let size = [3: 2, 4: 4, 5: 8][entry.type] else {
            return nil
        }
        let start = dataStart + entry.offset
        guard start + size * entry.count <= bytes.count else { return nil }
        return (0..<entry.count).map { index in
            let value = bytes[start + size * index..<start + size * (index + 1)]
            return value.reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The strings of a tag; `nil` where it is missing or runs off the data.
    func strings(_ tag: UInt32) -> [ArraySlice<UInt8>]? {
        guard let entry = entries[tag], entry.type == 8 else { return nil }
        var strings: [ArraySlice<UInt8>] = []
        var rest = bytes.dropFirst(dataStart + entry.offset)
        for _ in 0..<entry.count {
            guard let end = rest.firstIndex(of: 0) else { return nil }
            strings.append(rest[..<end])
            rest = rest[(end + 1)...]
        }
        return strings
    }
}
