import CLinux
import DigestList
import LinuxFiles

extension LoadedLists {
    /// What a loaded list has of another.
    enum Likeness {
        /// Both are the same.
        case same
        /// The loaded list has some of the other's digests, in one stretch, as the parts have in
        /// which a large list goes up.
        case part
        /// It has something else, or nothing.
        case other
        /// It has been deleted.
        case gone
    }

    /// Whether a list is loaded under a label, or the same list under another.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: Its label.
    /// - Returns: `nil` where no entry has the label.
    /// - Throws: ``InterfaceError`` where an entry cannot be read.
    func holds(_ list: UnsafeRawBufferPointer, label: Label) throws(InterfaceError) -> Bool? {
        var hasEntry: Bool?
        let memory = Self.memory(for: list)
        defer { memory.deallocate() }
        for index in range(of: label) where !isView(index) {
            switch try likeness(of: index, to: list, memory: memory) {
            case .same: return true
            case .part, .other: hasEntry = false
            case .gone: break
            }
        }
        return hasEntry
    }

    /// Memory in which a loaded list can be compared with a list.
    static func memory(for list: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        .allocate(byteCount: list.count + 1, alignment: 16)
    }

    /// Compares a loaded list with a list.
    ///
    /// The kernel keeps an entry without contents where it was given a loaded list under another
    /// label, also after the list is gone; the list with the same digest stands for it.
    ///
    /// - Parameters:
    ///   - index: The position of the loaded list's name.
    ///   - list: The list.
    ///   - memory: From ``memory(for:)``.
    /// - Throws: ``InterfaceError`` where the loaded list cannot be read.
    func likeness(
        of index: Int, to list: UnsafeRawBufferPointer, memory: UnsafeMutableRawBufferPointer
    ) throws(InterfaceError) -> Likeness {
        guard var size = try readUnlessGone(index, into: memory) else { return .gone }
        if size == 0 { size = try readTwin(of: index, into: memory) ?? 0 }
        let loaded = UnsafeRawBufferPointer(rebasing: memory[..<size])
        if size == list.count, memcmp(loaded.baseAddress!, list.baseAddress!, size) == 0 {
            return .same
        }
        return loaded.isPart(of: list) ? .part : .other
    }

    /// Reads the list with the digest in a name, under whatever label it is loaded.
    private func readTwin(
        of index: Int, into memory: UnsafeMutableRawBufferPointer
    ) throws(InterfaceError) -> Int? {
        for other in 0..<count where hasSameDigest(other, index) && !isView(other) {
            if let size = try readUnlessGone(other, into: memory), size > 0 { return size }
        }
        return nil
    }

    /// Whether two names are of lists with the same digest.
    func hasSameDigest(_ first: Int, _ second: Int) -> Bool {
        let length = Self.label(of: names[second])! - names[second]
        return strncmp(names[first], names[second], length) == 0
    }
}

extension UnsafeRawBufferPointer {
    /// Whether this is a list of one block, all of whose digests a block of the same kind of
    /// another list has in one stretch.
    fileprivate func isPart(of list: UnsafeRawBufferPointer) -> Bool {
        guard count >= CompactHeader.size, count <= list.count else { return false }
        // Of FILE lists, whose number has a meaning in either numbering.
        var blocks = CompactBlocks(abi: .v3)
        while let block = try? blocks.next(in: list.bytes) {
            let start = block.digests.lowerBound - CompactHeader.size
            // All of the header but the number of digests and their size.
            guard memcmp(baseAddress!, list.baseAddress! + start, 8) == 0 else { continue }
            let digests = UnsafeRawBufferPointer(rebasing: self[CompactHeader.size...])
            let size = block.header.algorithm.digestSize
            guard !digests.isEmpty else { return false }
            for place in stride(
                from: block.digests.lowerBound, to: block.digests.upperBound, by: size)
            where digests.count <= block.digests.upperBound - place {
                if memcmp(digests.baseAddress!, list.baseAddress! + place, digests.count) == 0 {
                    return true
                }
            }
        }
        return false
    }
}
