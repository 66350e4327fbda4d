/// A list that the emulator holds.
public struct LoadedList: Equatable, Sendable {
    /// The list's label.
    public var label: String
    /// The list's SHA-256, in hexadecimal, as its name tells it.
    public var digest: String
    /// The list; empty for an entry that is left over.
    public var bytes: [UInt8]

    /// The list's blocks, without those of the tail.
    public var blocks: [ListBlock] {
        get throws { try ListBlock.blocks(of: bytes).filter { !$0.digests.isEmpty } }
    }

    /// Whether the list ends in the tail of its own label.
    public var hasTail: Bool {
        let header = bytes.suffix(16)
        guard bytes.count > 64 else { return false }
        let number = { header[header.startIndex + $0] }
        let tail = uploadTail(
            of: label, type: UInt16(number(2)), algorithm: UInt16(number(6)))
        return bytes.suffix(tail.count).elementsEqual(tail)
    }
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
