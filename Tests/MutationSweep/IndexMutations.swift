import RandomNumbers

// Changes of the index, and of the words that tell its size.
extension Mutant {
    /// Numbers at the limits of what librpm or the file allows, and those next to them.
    private mutating func extreme(near value: UInt32) -> UInt32 {
        let dataSize = UInt32(layout.end - layout.dataStart)
        let limits: [UInt32] = [
            0, 0x7fff_ffff, 0x8000_0000, 0x0fff_ffff, 0xf_ffff, 0xffff, 16, dataSize,
            UInt32(layout.entryCount), UInt32(16 * layout.entryCount), value, 0 &- value,
            value &* 2, value / 2, value << 16, value ^ 0x8000_0000, dataSize &- value,
        ]
        return random.pick(limits) &+ random.pick([0, 0, 1, .max, 4, 0 &- 4, 16, 0 &- 16])
    }

    /// An entry, mostly one of the tags that the conversion reads.
    private mutating func anyEntry() -> Int {
        let fileEntries = layout.entries(of: HeaderLayout.fileTags, in: bytes)
        if fileEntries.isEmpty || random.one(in: 4) {
            return random.number(below: layout.entryCount)
        }
        return random.pick(fileEntries)
    }

    mutating func changeEntryField() {
        let index = anyEntry()
        let field = random.number(below: 4)
        let place = layout.entry(index) + 4 * field
        // The same field of the entry beside it.
        let neighbour = place + random.pick([-16, 16])
        switch field {
        case 0 where random.one(in: 2): bytes.set(random.pick(HeaderLayout.fileTags), at: place)
        case 1 where random.one(in: 2): bytes.set(UInt32(random.number(below: 11)), at: place)
        default:
            let value =
                random.one(in: 3)
                ? bytes.number(at: neighbour) ?? 0 : extreme(near: bytes.number(at: place) ?? 0)
            bytes.set(value, at: place)
        }
    }

    /// Gives all tags of the files the same count, so that only the data can tell.
    mutating func changeCountsTogether() {
        let entries = layout.entries(of: HeaderLayout.tagsOfEachFile, in: bytes)
        guard let first = entries.first else { return }
        let count = extreme(near: bytes.number(at: layout.entry(first) + 12) ?? 0)
        for index in entries { bytes.set(count, at: layout.entry(index) + 12) }
    }

    private func copy(of index: Int) -> [UInt8]? {
        let start = layout.entry(index)
        guard start + HeaderLayout.entrySize <= bytes.count else { return nil }
        return Array(bytes[start..<start + HeaderLayout.entrySize])
    }

    private mutating func overwrite(_ index: Int, with entry: [UInt8]) {
        let start = layout.entry(index)
        bytes.replaceSubrange(start..<start + HeaderLayout.entrySize, with: entry)
    }

    mutating func swapEntries() {
        let (first, second) = (anyEntry(), anyEntry())
        guard let one = copy(of: first), let other = copy(of: second) else { return }
        overwrite(first, with: other)
        overwrite(second, with: one)
    }

    mutating func copyEntry() {
        let (source, target) = (anyEntry(), anyEntry())
        guard let entry = copy(of: source), copy(of: target) != nil else { return }
        if random.one(in: 2) {
            overwrite(target, with: entry)
        } else {
            let end = random.one(in: 2) ? target : layout.entryCount
            guard layout.entry(end) <= bytes.count else { return }
            bytes.insert(contentsOf: entry, at: layout.entry(end))
            changeEntryCount(by: 1)
        }
    }

    mutating func removeEntry() {
        let index = anyEntry()
        guard copy(of: index) != nil else { return }
        let start = layout.entry(index)
        bytes.removeSubrange(start..<start + HeaderLayout.entrySize)
        changeEntryCount(by: -1)
    }

    /// Sees to the words that depend on the number of entries, but not always to all of them.
    private mutating func changeEntryCount(by change: Int) {
        bytes.set(UInt32(truncatingIfNeeded: layout.entryCount + change), at: 8)
        guard let offset = bytes.number(at: 24), !random.one(in: 3) else { return }
        let size = Int32(truncatingIfNeeded: -HeaderLayout.entrySize * (layout.entryCount + change))
        let trailer = layout.dataStart + HeaderLayout.entrySize * change + Int(offset)
        bytes.set(UInt32(bitPattern: size), at: trailer + 8)
    }

    mutating func changeHeaderCounts() {
        let place = random.pick([8, 12])
        let value = bytes.number(at: place) ?? 0
        if random.one(in: 3) {
            // As much less of the one as there is more of the other.
            let change = UInt32(random.number(below: 5)) &- 2
            bytes.set((bytes.number(at: 8) ?? 0) &+ change, at: 8)
            bytes.set((bytes.number(at: 12) ?? 0) &- 16 &* change, at: 12)
        } else {
            bytes.set(extreme(near: value), at: place)
        }
    }

    mutating func changeRegionTrailer() {
        guard let offset = bytes.number(at: layout.indexStart + 8) else { return }
        let trailer = layout.dataStart + Int(offset)
        let field = 4 * random.number(below: 4)
        let start = random.one(in: 3) ? layout.indexStart : trailer
        bytes.set(extreme(near: bytes.number(at: start + field) ?? 0), at: start + field)
    }

    mutating func changeSignatureTrailer() {
        let start = bytes.count - 40
        guard start >= 0 else { return }
        if random.one(in: 2) {
            bytes.set(extreme(near: bytes.number(at: start + 8) ?? 0), at: start + 8)
        } else {
            let place = start + random.number(below: 40)
            bytes[place] = random.pick([0, 1, 2, 0xff, bytes[place] ^ 1])
        }
    }
}
