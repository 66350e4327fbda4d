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
        guard dataStart + number(12) <= bytes.count else { return nil }
        for start in stride(from: 16, to: dataStart, by: 16) {
            entries[UInt32(number(start))] = Entry(
                type: number(start + 4), offset: number(start + 8), count: number(start + 12))
        }
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
