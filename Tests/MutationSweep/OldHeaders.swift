// Headers as they were before RPM 4, which no package of today has.
extension [UInt8] {
    /// Takes out the entry of the immutable region and its trailer.
    mutating func removeRegion() {
        let regionTag: UInt32 = 63
        guard let layout = HeaderLayout(of: self), number(at: layout.indexStart) == regionTag,
            let offset = number(at: layout.indexStart + 8)
        else { return }
        let trailer = layout.dataStart + Int(offset)
        guard trailer + HeaderLayout.entrySize == layout.end else { return }
        removeSubrange(trailer..<layout.end)
        removeSubrange(layout.indexStart..<layout.entry(1))
        set(UInt32(layout.entryCount - 1), at: 8)
        set(UInt32(trailer - layout.dataStart), at: 12)
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
