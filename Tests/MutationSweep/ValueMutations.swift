// Changes of the values of the tags that describe files.
extension Mutant {
    /// An entry of such a tag with a given type, and where its values are.
    private mutating func values(
        ofTypes types: [UInt32]
    ) -> (type: UInt32, start: Int, count: Int)? {
        let entries = layout.entries(of: HeaderLayout.fileTags, in: bytes).filter { index in
            bytes.number(at: layout.entry(index) + 4).map { types.contains($0) } ?? false
        }
        guard !entries.isEmpty else { return nil }
        let entry = layout.entry(random.pick(entries))
        guard let type = bytes.number(at: entry + 4), let offset = bytes.number(at: entry + 8),
            let count = bytes.number(at: entry + 12), offset < bytes.count, count > 0,
            count < bytes.count
        else { return nil }
        return (type, layout.dataStart + Int(offset), Int(count))
    }

    mutating func changeNumber() {
        guard let values = values(ofTypes: [3, 4, 5]) else { return }
        let number = random.pick([
            0, 1, 2, UInt64(values.count), UInt64(values.count) - 1, .max, 1 << 63, 1 << 32,
            0x7fff_ffff, 0x8000_0000, 8, 10, UInt64(random.number(below: 20)), random.next(),
        ])
        let index = random.number(below: values.count)
        switch values.type {
        case 3: bytes.set(UInt16(truncatingIfNeeded: number), at: values.start + 2 * index)
        case 4: bytes.set(UInt32(truncatingIfNeeded: number), at: values.start + 4 * index)
        default: bytes.set(number, at: values.start + 8 * index)
        }
    }

    mutating func changeString() {
        guard let values = values(ofTypes: [8]) else { return }
        var start = values.start
        // Not far, as that takes time, but to any of the strings in a small header.
        for _ in 0..<random.number(below: min(values.count, 200)) {
            guard start < bytes.count, let end = bytes[start...].firstIndex(of: 0) else { return }
            start = end + 1
        }
        guard start < bytes.count, let end = bytes[start...].firstIndex(of: 0) else { return }
        let place = random.one(in: 3) ? end : start + random.number(below: end - start + 1)
        bytes[place] = random.pick([
            0, UInt8(ascii: "0"), UInt8(ascii: "a"), UInt8(ascii: "F"), UInt8(ascii: "g"),
            UInt8(ascii: "/"), 0xff,
        ])
    }
}
