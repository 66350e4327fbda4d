import RandomNumbers

// Headers that are in order too, but as no package of today has them.
extension [UInt8] {
    /// Puts the tags into another order, so that the data of any tag may be the last of the region.
    mutating func shuffleTags(_ random: inout SplitMix64) {
        guard let entries = HeaderEntry.all(in: self) else { return }
        self = HeaderEntry.encoded(entries.shuffled(using: &random))
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
