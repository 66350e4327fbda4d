/// A list that the emulator holds.
public struct LoadedList: Equatable, Sendable {
    /// The list's label.
    public var label: String
    /// The list's SHA-256, in hexadecimal, as its name tells it.
    public var digest: String
    /// The list; empty for an entry that is left over.
    public var bytes: [UInt8]

    /// The list's blocks.
    public var blocks: [ListBlock] { get throws { try ListBlock.blocks(of: bytes) } }
}

extension MountedEmulator {
    /// The lists that are loaded, by label, then by digest.
    public func loadedLists() throws -> [LoadedList] {
        let names = try loadedNames().map { String(decoding: $0, as: UTF8.self) }
        let all = Set(names)
        let lists = try names.compactMap { name -> LoadedList? in
            // The view in words stands beside the list.
            if name.hasSuffix(".ascii"), all.contains(String(name.dropLast(6))) { return nil }
            let parts = name.split(separator: "-", maxSplits: 2)
            return LoadedList(
                label: String(parts[2]), digest: String(parts[1]),
                bytes: try read("digest_lists_loaded/\(name)"))
        }
        return lists.sorted { ($0.label, $0.digest) < ($1.label, $1.digest) }
    }

    /// The labels of what is loaded.
    public func loadedLabels() throws -> [String] { try loadedLists().map(\.label) }
}
