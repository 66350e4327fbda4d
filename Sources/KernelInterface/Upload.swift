import DigestList
import LinuxFiles

extension Interface {
    /// The largest list that the kernel takes: it copies a list and one NUL into contiguous memory.
    public static let maximumListSize = (4 << 20) - 1
    /// The size below which a list that does not fit into the kernel's memory is given up, in
    /// bytes: one page is the least that the kernel can have.
    static let minimumListSize = 4096

    /// Adds a list with one upload, or, where it is too large for the kernel, with several.
    ///
    /// A failure leaves the parts before it loaded; adding the list again adds the rest.
    ///
    /// - Parameters:
    ///   - list: The list, of one block or more and its tail.
    ///   - label: The list's label.
    ///   - loaded: What is loaded, and need not be added.
    /// - Returns: Whether the kernel took the list, or a part of it, that it did not have.
    /// - Throws: ``InterfaceError`` of the first upload that fails.
    public mutating func add(
        _ list: UnsafeRawBufferPointer, label: Label, unlessIn loaded: inout LoadedLists
    ) throws(InterfaceError) -> Bool {
        var limit = Self.maximumListSize
        return try add(list, label, &loaded, &limit)
    }

    private mutating func add(
        _ list: UnsafeRawBufferPointer, _ label: Label, _ loaded: inout LoadedLists,
        _ limit: inout Int
    ) throws(InterfaceError) -> Bool {
        if list.count <= limit {
            if try loaded.keep(list, label: label) { return false }
            do throws(InterfaceError) {
                try perform(.add, list, label: label)
                return true
            } catch {
                if error == InterfaceError(.add, .exists) {
                    return try confirm(list, label: label)
                }
                guard error == InterfaceError(.add, .noMemory), list.count > Self.minimumListSize
                else { throw error }
                limit = max(list.count / 2, Self.minimumListSize)
            }
        }
        var isAdded = false
        try Self.forEachPart(of: list, label, abi, &limit) { part, limit throws(InterfaceError) in
            if try add(part, label, &loaded, &limit) { isAdded = true }
        }
        return isAdded
    }

    /// Sees to it that a list which the kernel calls existing is loaded under its label.
    private mutating func confirm(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) -> Bool {
        let loaded = try LoadedLists(of: self)
        for own in loaded.range(of: label) {
            for index in 0..<loaded.count where loaded.isSameList(own, index) {
                guard try loaded.content(of: index)?.isEqual(to: list) == true else { continue }
                if index == own { return false }
                // The kernel deletes the list by its digest, and the entry by its label: the one
                // that its answer has just left empty here.
                try perform(.delete, list, label: label)
                try perform(.add, list, label: label)
                return true
            }
        }
        throw loaded.range(of: label).isEmpty
            ? InterfaceError(.add, .exists) : InterfaceError(.unloadable)
    }

    /// Cuts a list into the parts in which it is uploaded, of one block each, and each with the
    /// list's tail.
    ///
    /// - Parameters:
    ///   - list: The list, of one block or more and its tail.
    ///   - label: The list's label.
    ///   - abi: The numbering of types.
    ///   - limit: The most that a part may have, in bytes.
    ///   - body: Gets each part, and may lower the limit.
    /// - Throws: ``InterfaceError`` for what is no such list, or what the body throws.
    package static func forEachPart(
        of list: UnsafeRawBufferPointer, _ label: Label, _ abi: ABI, _ limit: inout Int,
        _ body: (UnsafeRawBufferPointer, inout Int) throws(InterfaceError) -> Void
    ) throws(InterfaceError) {
        let tail = UploadTail(of: label)
        guard UploadTail(endOf: list.bytes, abi: abi) == tail else {
            throw InterfaceError(.malformed)
        }
        let memory = try InterfaceError.at(.memory, try Memory(count: limit))
        var blocks = CompactBlocks(abi: abi)
        while let block = try wellFormed(blocks.next(in: list.bytes)) {
            var header = block.header
            let size = header.algorithm.digestSize
            var rest = UnsafeRawBufferPointer(rebasing: list[block.digests])
            while !rest.isEmpty {
                let room = (limit - CompactHeader.size - UploadTail.size) / size * size
                let digests = UnsafeRawBufferPointer(rebasing: rest.prefix(room))
                let end = CompactHeader.size + digests.count
                header.count = UInt32(digests.count / size)
                try wellFormed(header.encode(into: memory.bytes, abi: abi))
                memory.bytes[CompactHeader.size...].copyBytes(from: digests)
                try wellFormed(
                    tail.encode(into: memory.bytes, at: end, algorithm: header.algorithm, abi: abi))
                let part = UnsafeRawBufferPointer(
                    rebasing: memory.bytes[..<(end + UploadTail.size)])
                try body(part, &limit)
                rest = .init(rebasing: rest[digests.count...])
            }
        }
    }

    private static func wellFormed<Result>(
        _ body: @autoclosure () throws(CompactListError) -> Result
    ) throws(InterfaceError) -> Result {
        do throws(CompactListError) { return try body() } catch { throw InterfaceError(.malformed) }
    }
}
