import RandomNumbers

// Headers that are in order too, but as no package of today has them.
extension [UInt8] {
    /// Puts the tags into another order and takes out the immutable region, so that the data of any
    /// tag may be the last in the file.
    mutating func shuffleTags(_ random: inout SplitMix64) {
        guard let layout = HeaderLayout(of: self), layout.end == count else { return }
        let regionTags: ClosedRange<UInt32> = 61...63
        var entries: [Entry] = []
        for index in 0..<layout.entryCount {
            guard let entry = Entry(index, in: self, layout) else { return }
            if !regionTags.contains(entry.tag) { entries.append(entry) }
        }
        entries.shuffle(using: &random)
        self = Array(self[..<8]) + Self.encoded(entries)
    }

    private static func encoded(_ entries: [Entry]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 8 + HeaderLayout.entrySize * entries.count)
        let dataStart = header.count
        for (index, entry) in entries.enumerated() {
            while (header.count - dataStart) % entry.alignment != 0 { header.append(0) }
            let start = 8 + HeaderLayout.entrySize * index
            for (field, value) in [
                entry.tag, entry.type, UInt32(header.count - dataStart), entry.count,
            ].enumerated() {
                header.set(value, at: start + 4 * field)
            }
            header += entry.data
        }
        header.set(UInt32(entries.count), at: 0)
        header.set(UInt32(header.count - dataStart), at: 4)
        return header
    }

    /// Lets the base names be whole paths, and hides the directories.
    mutating func makeNamesOld() {
        guard let layout = HeaderLayout(of: self) else { return }
        // Tags that nobody knows have no type that librpm could insist on.
        for (tag, replacement) in [(1117, 1027), (1116, 9_000_001), (1118, 9_000_002)]
            as [(UInt32, UInt32)]
        {
            for index in layout.entries(of: [tag], in: self) {
                set(replacement, at: layout.entry(index))
            }
        }
    }
}

/// An index entry with its data.
private struct Entry {
    let tag: UInt32
    let type: UInt32
    let count: UInt32
    let data: ArraySlice<UInt8>

    /// The sizes of librpm's types of numbers and bytes.
    private static let sizes: [UInt32: Int] = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1]

    var alignment: Int { Self.sizes[type] ?? 1 }

    init?(_ index: Int, in bytes: [UInt8], _ layout: HeaderLayout) {
        let start = layout.entry(index)
        guard let tag = bytes.number(at: start), let type = bytes.number(at: start + 4),
            let offset = bytes.number(at: start + 8), let count = bytes.number(at: start + 12)
        else { return nil }
        self.tag = tag
        self.type = type
        self.count = count
        let rest = bytes[..<layout.end].dropFirst(layout.dataStart + Int(offset))
        if let size = Self.sizes[type] {
            data = rest.prefix(size * Int(count))
        } else {
            var end = rest.startIndex
            for _ in 0..<count { end = (rest[end...].firstIndex(of: 0) ?? rest.endIndex - 1) + 1 }
            data = rest[..<end]
        }
    }
}
