import CLinux
import CRPM
import LinuxFiles

/// A package header that librpm has checked: its region, and every entry against the data.
public struct RPMHeader: ~Copyable {
    package let header: OpaquePointer
    /// The header's data, among which every string and number lies.
    private let data: UnsafeRawBufferPointer

    /// As much as librpm allocates for each index entry, in bytes.
    private static let indexEntrySize = 32

    /// Imports the header of a digest list, whose memory librpm takes over.
    ///
    /// - Parameter list: The digest list.
    /// - Throws: ``RPMHeaderError`` where librpm refuses the header, or could get no memory: it
    ///   would end the process then.
    public init(importing list: consuming RPMDigestList) throws(RPMHeaderError) {
        let (dataStart, size) = (list.dataStart, list.headerSize)
        let indexSize = Self.indexEntrySize * list.header.number(at: 0)
        // What is given back here stays with malloc, but for large things. It may take these from
        // the kernel anew, with 128 KiB more or, where the heap cannot grow, 1 MiB.
        let slack = indexSize < 1 << 16 ? 1 << 12 : 5 << 18
        guard clinux_can_allocate(indexSize + slack) else {
            throw RPMHeaderError(.system(.noMemory))
        }
        let memory = list.takeMemory()
        guard let header = headerImport(memory, UInt32(size), 0) else {
            free(memory)
            throw RPMHeaderError(.refused)
        }
        self.header = header
        data = UnsafeRawBufferPointer(start: memory + dataStart, count: size - dataStart)
    }

    deinit { headerFree(header) }

    /// The size of the header's data, in bytes.
    var dataSize: Int { data.count }

    /// The numbers of a tag where they stand in the header, valid as long as it: librpm has
    /// checked that they are aligned, and brought them into the machine's byte order.
    ///
    /// - Parameter entry: What the index says of the tag; `nil` for no numbers.
    /// - Throws: ``RPMHeaderError`` where not all are in the header's data.
    package func numbers<Number: FixedWidthInteger>(
        of entry: FileTags.Entry?
    ) throws(RPMHeaderError) -> UnsafeBufferPointer<Number> {
        guard let entry else { return UnsafeBufferPointer(start: nil, count: 0) }
        let size = entry.count * MemoryLayout<Number>.size
        guard size <= data.count - entry.offset else {
            throw RPMHeaderError(.missing, tag: entry.tag)
        }
        return UnsafeRawBufferPointer(rebasing: data[entry.offset..<entry.offset + size])
            .assumingMemoryBound(to: Number.self)
    }

    /// The strings of a tag where they stand in the header, valid as long as it.
    ///
    /// - Parameter entry: What the index says of the tag.
    /// - Returns: `nil` without an entry.
    /// - Throws: ``RPMHeaderError`` where the strings begin outside of the header's data.
    package func strings(of entry: FileTags.Entry?) throws(RPMHeaderError) -> TagStrings? {
        guard let entry else { return nil }
        guard entry.offset < data.count else { throw RPMHeaderError(.missing, tag: entry.tag) }
        return TagStrings(in: UnsafeRawBufferPointer(rebasing: data[entry.offset...]))
    }
}
