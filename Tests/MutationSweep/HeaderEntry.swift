import RPMHeader
import RPMHeaderTools

/// An index entry with its data.
struct HeaderEntry {
    var tag: UInt32
    let type: UInt32
    let count: UInt32
    let data: ArraySlice<UInt8>

    /// The sizes of librpm's types of numbers and bytes.
    static let sizes: [UInt32: Int] = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1]

    private var alignment: Int { Self.sizes[type] ?? 1 }

    private init?(_ index: Int, in bytes: [UInt8], _ layout: HeaderLayout) {
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
            for _ in 0..<count {
                guard let next = rest[end...].firstIndex(of: 0) else { return nil }
                end = next + 1
            }
            data = rest[..<end]
        }
    }

    /// The entries of a header but for those of regions; `nil` where there is no whole header.
    static func all(in bytes: [UInt8]) -> [HeaderEntry]? {
        guard let layout = HeaderLayout(of: bytes) else { return nil }
        var entries: [HeaderEntry] = []
        for index in 0..<layout.entryCount {
            guard let entry = HeaderEntry(index, in: bytes, layout) else { return nil }
            if !(61...63).contains(entry.tag) { entries.append(entry) }
        }
        return entries
    }

    /// A header with its magic.
    ///
    /// - Parameters:
    ///   - entries: The entries of the immutable region.
    ///   - outside: The entries behind it.
    static func encoded(_ entries: [HeaderEntry], outside: [HeaderEntry] = []) -> [UInt8] {
        let dataStart = 16 + HeaderLayout.entrySize * (1 + entries.count + outside.count)
        var header = RPMDigestList.magic + [UInt8](repeating: 0, count: dataStart - 8)
        func region(_ offset: Int) -> [UInt32] {
            [63, 7, UInt32(truncatingIfNeeded: offset), 16]
        }
        for (index, entry) in (entries + outside).enumerated() {
            if index == entries.count { endRegion() }
            while (header.count - dataStart) % entry.alignment != 0 { header.append(0) }
            let offset = UInt32(header.count - dataStart)
            header.set(
                [entry.tag, entry.type, offset, entry.count],
                at: 16 + HeaderLayout.entrySize * (1 + index))
            header += entry.data
        }
        if outside.isEmpty { endRegion() }
        header.set([UInt32(1 + entries.count + outside.count)], at: 8)
        header.set([UInt32(header.count - dataStart)], at: 12)
        return header

        func endRegion() {
            let offset = header.count - dataStart
            header.set(region(offset), at: 16)
            header += [UInt8](repeating: 0, count: HeaderLayout.entrySize)
            header.set(
                region(-HeaderLayout.entrySize * (1 + entries.count)), at: dataStart + offset)
        }
    }
}

extension [UInt8] {
    /// Overwrites bytes with those of some numbers.
    fileprivate mutating func set(_ numbers: [UInt32], at offset: Int) {
        for (index, number) in numbers.enumerated() { set(number, at: offset + 4 * index) }
    }
}
