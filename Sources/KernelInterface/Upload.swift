import DigestList
import LinuxFiles

extension Interface {
    /// The largest list that the kernel takes: it copies a list and one NUL into contiguous memory.
    public static let maximumListSize = (4 << 20) - 1
    /// The size below which a list that does not fit into the kernel's memory is given up, in
    /// bytes: one page is the least that the kernel can have.
    static let minimumListSize = 4096

    /// What became of a list.
    public enum AddResult: Sendable {
        /// The kernel took the list, or a part of it that it did not have.
        case added
        /// The kernel had the whole list.
        case alreadyLoaded
    }

    /// Adds a list with one upload, or, where it is too large for the kernel, with several.
    ///
    /// A failure leaves the parts before it loaded; adding the list again adds the rest.
    ///
    /// - Parameters:
    ///   - list: The list, of one block or more and its tail; overwritten where it is cut.
    ///   - label: The list's label.
    /// - Throws: ``InterfaceError`` of the first upload that fails.
    public mutating func add(
        _ list: UnsafeMutableRawBufferPointer, label: Label
    ) throws(InterfaceError) -> AddResult {
        isSplit = false
        var limit = Self.maximumListSize
        return try add(list, label: label, limit: &limit)
    }

    private mutating func add(
        _ list: UnsafeMutableRawBufferPointer, label: Label, limit: inout Int
    ) throws(InterfaceError) -> AddResult {
        if list.count <= limit {
            do throws(InterfaceError) {
                try perform(.add, UnsafeRawBufferPointer(list), label: label)
                return .added
            } catch {
                if error == InterfaceError(.add, .exists) {
                    return try confirm(UnsafeRawBufferPointer(list), label: label)
                }
                guard error == InterfaceError(.add, .noMemory), list.count > Self.minimumListSize
                else { throw error }
                limit = max(list.count / 2, Self.minimumListSize)
            }
        }
        return try addInParts(list, label: label, limit: &limit)
    }

    /// Adds a list in parts of one block each, and each with the list's tail.
    ///
    /// A part's header stands right before its digests, over digests that are already up; its tail
    /// stands behind them for as long as it takes.
    private mutating func addInParts(
        _ list: UnsafeMutableRawBufferPointer, label: Label, limit: inout Int
    ) throws(InterfaceError) -> AddResult {
        guard
            UploadTail(endOf: UnsafeRawBufferPointer(list).bytes, abi: abi) == UploadTail(of: label)
        else { throw InterfaceError(.malformed) }
        isSplit = true
        var result = AddResult.alreadyLoaded
        var blocks = CompactBlocks(abi: abi)
        while let block = try wellFormed(blocks.next(in: list.bytes)) {
            let size = block.header.algorithm.digestSize
            var start = block.digests.lowerBound
            while start < block.digests.upperBound {
                let room = limit - CompactHeader.size - UploadTail.size
                let end = min(start + room / size * size, block.digests.upperBound)
                let part = UnsafeMutableRawBufferPointer(
                    rebasing: list[start - CompactHeader.size..<end + UploadTail.size])
                var header = block.header
                header.count = UInt32((end - start) / size)
                if try add(part, header, label: label, limit: &limit) == .added { result = .added }
                start = end
            }
        }
        return result
    }

    /// Adds a part, and leaves behind its digests what was there.
    private mutating func add(
        _ part: UnsafeMutableRawBufferPointer, _ header: CompactHeader, label: Label,
        limit: inout Int
    ) throws(InterfaceError) -> AddResult {
        let tail = UnsafeMutableRawBufferPointer(rebasing: part.suffix(UploadTail.size))
        return try withUnsafeTemporaryAllocation(byteCount: UploadTail.size, alignment: 16) {
            saved throws(InterfaceError) in
            saved.copyMemory(from: UnsafeRawBufferPointer(tail))
            defer { tail.copyMemory(from: UnsafeRawBufferPointer(saved)) }
            let start = UnsafeMutableRawBufferPointer(rebasing: part[..<CompactHeader.size])
            try wellFormed(header.encode(into: start, abi: abi))
            try wellFormed(
                UploadTail(of: label).encode(into: tail, algorithm: header.algorithm, abi: abi))
            return try add(part, label: label, limit: &limit)
        }
    }

    private func wellFormed<Result>(
        _ body: @autoclosure () throws(CompactListError) -> Result
    ) throws(InterfaceError) -> Result {
        do throws(CompactListError) { return try body() } catch { throw InterfaceError(.malformed) }
    }
}
