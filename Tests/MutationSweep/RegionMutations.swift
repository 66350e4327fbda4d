import RandomNumbers

// Changes of the immutable region that leave the rest in order.
extension Mutant {
    /// Writes the header anew; what follows it stays.
    private mutating func rewrite(
        _ change: (_ inside: inout [HeaderEntry], _ outside: inout [HeaderEntry]) -> Void
    ) {
        guard let layout = HeaderLayout(of: bytes), var entries = HeaderEntry.all(in: bytes),
            !entries.isEmpty
        else { return }
        var outside: [HeaderEntry] = []
        change(&entries, &outside)
        bytes = HeaderEntry.encoded(entries, outside: outside) + bytes[layout.end...]
        if let layout = HeaderLayout(of: bytes) { self.layout = layout }
    }

    /// A tag that matters, or one that nobody knows.
    private mutating func anyTag() -> UInt32 {
        random.one(in: 4) ? 9_000_003 : random.pick(HeaderLayout.fileTags)
    }

    /// An entry outside of the region: one of its own, a copy of one, or both.
    mutating func addEntriesOutside() {
        let (tag, isMoved) = (anyTag(), random.one(in: 3))
        var random = self.random
        rewrite { inside, outside in
            for _ in 0...random.number(below: 3) {
                let index = random.number(below: inside.count)
                outside.append(inside[index])
                if random.one(in: 2) { outside[outside.count - 1].tag = tag }
                if isMoved, inside.count > 1 { inside.remove(at: index) }
            }
        }
        self.random = random
        // Now and then the trailer counts them too, or the region's entry finds another trailer.
        if random.one(in: 4) { changeTrailer() }
    }

    /// A tag twice in the region, each with data of its own.
    mutating func repeatTag() {
        let tag = anyTag()
        var random = self.random
        rewrite { inside, _ in
            var copy = random.pick(inside)
            if let wanted = inside.first(where: { $0.tag == tag }) { copy = wanted }
            if random.one(in: 4) { copy.tag = tag }
            inside.insert(copy, at: random.number(below: inside.count + 1))
        }
        self.random = random
    }

    /// The region's entry at another place of the index, or there twice.
    mutating func moveRegionEntry() {
        let first = layout.entry(0)
        let other = layout.entry(random.number(below: layout.entryCount))
        let size = HeaderLayout.entrySize
        guard layout.dataStart <= bytes.count else { return }
        let (region, entry) = (bytes[first..<first + size], bytes[other..<other + size])
        switch random.number(below: 4) {
        case 0: bytes.set(random.pick([61, 62, 63, 64]) as UInt32, at: other)
        case 1: bytes.replaceSubrange(other..<other + size, with: region)
        default:
            bytes.replaceSubrange(first..<first + size, with: entry)
            bytes.replaceSubrange(other..<other + size, with: region)
        }
    }

    /// The trailer elsewhere or twice, or with another number of entries.
    mutating func changeTrailer() {
        let size = HeaderLayout.entrySize
        guard let offset = bytes.number(at: 24), layout.end <= bytes.count else { return }
        let trailer = layout.dataStart + Int(offset)
        guard trailer + size <= layout.end else { return }
        let change = random.pick([-2, -1, 1, 2, 4, 8, 15, 16, 17, 32, 4096])
        switch random.number(below: 4) {
        case 0:
            let count = bytes.number(at: trailer + 8) ?? 0
            bytes.set(count &+ UInt32(truncatingIfNeeded: size * change), at: trailer + 8)
        case 1:
            bytes.set(UInt32(truncatingIfNeeded: Int(offset) + change), at: 24)
        case 2:
            // Data before it, of which its entry may know, or behind it.
            let place = random.one(in: 2) ? trailer : layout.end
            let count = abs(change)
            bytes.insert(contentsOf: [UInt8](repeating: 0, count: count), at: place)
            if place == trailer, random.one(in: 2) { bytes.set(offset + UInt32(count), at: 24) }
            growData(by: count)
        default:
            // Another at the end, and the region's entry knows of the first or of the second.
            bytes.insert(contentsOf: bytes[trailer..<trailer + size], at: layout.end)
            if random.one(in: 2) { bytes.set(UInt32(layout.end - layout.dataStart), at: 24) }
            growData(by: size)
        }
    }

    private mutating func growData(by count: Int) {
        if random.one(in: 4) { return }
        bytes.set(UInt32(layout.end - layout.dataStart + count), at: 12)
    }

    /// As many values less as the offset is more; or values that end exactly with the data, before
    /// the trailer, or where the next ones begin.
    mutating func setCountAgainstOffset() {
        let index = random.number(below: layout.entryCount)
        let entry = layout.entry(index)
        guard let type = bytes.number(at: entry + 4), let offset = bytes.number(at: entry + 8),
            let count = bytes.number(at: entry + 12)
        else { return }
        let size = UInt32(HeaderEntry.sizes[type] ?? 1)
        if random.one(in: 2) {
            let change = UInt32(truncatingIfNeeded: random.pick([-2, -1, 1, 2, 3, 16]))
            bytes.set(offset &+ size &* change, at: entry + 8)
            if random.one(in: 3) { return }
            bytes.set(count &- change, at: entry + 12)
        } else {
            let end = UInt32(layout.end - layout.dataStart)
            let next = bytes.number(at: entry + HeaderLayout.entrySize + 8) ?? end
            let limit = random.pick([end, end &- 16, next])
            let wanted = (limit &- offset) / size &+ random.pick([0, 1, .max])
            if random.one(in: 2) {
                bytes.set(wanted, at: entry + 12)
            } else {
                let start = limit &- size &* count &+ random.pick([0, size, 0 &- size])
                bytes.set(start, at: entry + 8)
            }
        }
    }

    /// Signatures in each other and behind each other, with lengths that fit one of them.
    mutating func nestSignatures() {
        let header = bytes.prefix(layout.end)
        var end: [UInt8] = []
        for _ in 0...random.number(below: 3) {
            let data = [UInt8](repeating: 0x89, count: random.number(below: 80))
            let rest = random.one(in: 3) ? data : end + data
            if !random.one(in: 3) { end = rest } else { end += data }
            let lengths = [rest.count, data.count, end.count, end.count + 40, header.count]
            end += [0, 0, random.pick([0, 2]), 0, 0, 0, 0, 0, 0, 0, 0, 0]
            end.set(UInt32(random.pick(lengths)), at: end.count - 4)
            end += Array("~Module signature appended~\n".utf8)
        }
        bytes = header + end
    }
}
