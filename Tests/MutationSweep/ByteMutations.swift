// Changes that know nothing of what the bytes mean.
extension Mutant {
    /// A place in the list, mostly where the index is or where the header ends.
    mutating func place() -> Int {
        let end = min(layout.end, bytes.count)
        let range: Range<Int> =
            switch random.number(below: 4) {
            case 0: 0..<min(layout.dataStart, end)
            case 1: max(0, end - 64)..<end
            default: 0..<bytes.count
            }
        return range.isEmpty ? 0 : .random(in: range, using: &random)
    }

    /// A number of bytes, mostly a small one.
    private mutating func length() -> Int {
        random.number(below: random.pick([4, 16, 64, 1024]) + 1)
    }

    mutating func flipBits() {
        for _ in 0...random.number(below: 8) {
            bytes[place()] ^= 1 << UInt8(random.number(below: 8))
        }
    }

    mutating func setBytes() {
        for _ in 0...random.number(below: 8) {
            bytes[place()] = random.pick([
                0, 1, 0x7f, 0x80, 0xff, .random(in: 0...255, using: &random),
            ])
        }
    }

    mutating func truncate() { bytes.removeLast(bytes.count - place()) }

    mutating func remove() {
        let start = place()
        bytes.removeSubrange(start..<min(start + length(), bytes.count))
    }

    mutating func insert() {
        let filler = UInt8.random(in: 0...255, using: &random)
        bytes.insert(contentsOf: [UInt8](repeating: filler, count: length()), at: place())
    }

    /// Goes on with another list, at the same place of its layout or at any.
    mutating func splice() {
        let other = headers.pick(&random)
        guard let otherLayout = HeaderLayout(of: other) else { return }
        let (end, start): (Int, Int) =
            switch random.number(below: 4) {
            case 0: (layout.indexStart, otherLayout.indexStart)
            case 1: (layout.dataStart, otherLayout.dataStart)
            case 2: (layout.end, otherLayout.end)
            default: (place(), random.number(below: other.count))
            }
        bytes.replaceSubrange(min(end, bytes.count)..., with: other[start...])
    }
}
