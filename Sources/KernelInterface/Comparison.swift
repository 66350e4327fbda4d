import CLinux
import DigestList

extension LoadedLists {
    /// What a loaded list has of another.
    enum Likeness {
        /// Both are the same.
        case same
        /// The loaded list has some of the other's digests, in one stretch, as the parts have in
        /// which a large list goes up.
        case part
        /// It has something else.
        case other
        /// It is an entry without a list, which the kernel keeps for good.
        case empty
        /// It has been deleted.
        case gone
    }

    /// Whether a list is loaded under a label.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: Its label.
    /// - Throws: ``InterfaceError`` where a loaded list cannot be read.
    func holds(_ list: UnsafeRawBufferPointer, label: Label) throws(InterfaceError) -> Bool {
        for index in range(of: label) where !isView(index) {
            if try likeness(of: index, to: list) == .same { return true }
        }
        return false
    }

    /// Compares a loaded list with a list.
    ///
    /// - Parameters:
    ///   - index: The position of the loaded list's name.
    ///   - list: The list.
    /// - Throws: ``InterfaceError`` where the loaded list cannot be read.
    func likeness(
        of index: Int, to list: UnsafeRawBufferPointer
    ) throws(InterfaceError) -> Likeness {
        guard let loaded = try content(of: index) else { return .gone }
        if loaded.isEmpty { return .empty }
        if loaded.isEqual(to: list) { return .same }
        return loaded.isPart(of: list, abi: abi) ? .part : .other
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both have the same bytes.
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        return isEmpty || memcmp(baseAddress!, other.baseAddress!, count) == 0
    }

    /// Whether this is a part of a list: one block and the list's tail, and all of the block's
    /// digests are in one stretch in a block of the same kind.
    fileprivate func isPart(of list: UnsafeRawBufferPointer, abi: ABI) -> Bool {
        let size = count - UploadTail.size
        guard size > CompactHeader.size, count < list.count,
            memcmp(
                baseAddress! + size, list.baseAddress! + list.count - UploadTail.size,
                UploadTail.size)
                == 0
        else { return false }
        let digests = UnsafeRawBufferPointer(rebasing: self[CompactHeader.size..<size])
        var blocks = CompactBlocks(abi: abi)
        while let block = try? blocks.next(in: list.bytes) {
            let start = block.digests.lowerBound - CompactHeader.size
            // All of the header but the number of digests and their size.
            guard memcmp(baseAddress!, list.baseAddress! + start, 8) == 0 else { continue }
            for place in stride(
                from: block.digests.lowerBound, to: block.digests.upperBound,
                by: block.header.algorithm.digestSize)
            where digests.count <= block.digests.upperBound - place {
                if memcmp(digests.baseAddress!, list.baseAddress! + place, digests.count) == 0 {
                    return true
                }
            }
        }
        return false
    }
}
