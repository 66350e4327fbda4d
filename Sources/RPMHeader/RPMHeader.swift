import CLinux
import CRPM
import LinuxFiles

/// A package header that librpm has checked: its region, and every entry against the data.
public struct RPMHeader: ~Copyable {
    private let header: OpaquePointer
    /// The header's bytes, among which every string and number lies.
    private let bytes: UnsafeRawBufferPointer

    /// Imports the header of a digest list, whose memory librpm takes over.
    ///
    /// - Parameter list: The digest list.
    /// - Throws: ``RPMHeaderError`` where librpm refuses the header.
    public init(importing list: consuming RPMDigestList) throws(RPMHeaderError) {
        let size = list.headerSize
        let entries = Int(UInt32(bigEndian: list.header.load(as: UInt32.self)))
        try Self.reserve(Self.indexEntrySize * entries)
        let memory = list.takeMemory()
        guard let header = headerImport(memory, UInt32(size), 0) else {
            free(memory)
            throw RPMHeaderError(.refused)
        }
        self.header = header
        bytes = UnsafeRawBufferPointer(start: memory, count: size)
    }

    deinit { headerFree(header) }

    /// As much as librpm allocates for each index entry, in bytes.
    private static let indexEntrySize = 32

    /// Makes sure that librpm can allocate memory: where it cannot, it ends the process.
    ///
    /// - Parameter count: How much it will allocate at most besides small things, in bytes.
    private static func reserve(_ count: Int) throws(RPMHeaderError) {
        // What is given back here stays with malloc, but for large things. It may take these from
        // the kernel anew, with 128 KiB more or, where the heap cannot grow, 1 MiB.
        let slack = count < 1 << 16 ? 1 << 12 : 5 << 18
        guard clinux_can_allocate(count + slack) else { throw RPMHeaderError(.system(.noMemory)) }
    }

    /// The header's size, in bytes.
    var size: Int { bytes.count }

    /// The strings of a tag, as an array of pointers to them, valid as long as the header.
    ///
    /// - Parameters:
    ///   - tag: The tag.
    ///   - count: How many strings it must have; with 0, the tag is not looked for.
    /// - Throws: ``RPMHeaderError`` where librpm does not see what the index says, or would get no
    ///   memory for the array.
    func names(of tag: RPMTag, count: Int) throws(RPMHeaderError) -> TagValues {
        if count > 0 { try Self.reserve(count * MemoryLayout<UnsafePointer<CChar>>.stride) }
        return try values(of: tag, count: count)
    }

    /// The numbers of a tag, valid as long as the header.
    ///
    /// - Parameters:
    ///   - tag: The tag.
    ///   - count: How many values it must have; with 0, the tag is not looked for.
    /// - Throws: ``RPMHeaderError`` where librpm does not see what the index says.
    func values(of tag: RPMTag, count: Int) throws(RPMHeaderError) -> TagValues {
        guard count > 0 else { return TagValues() }
        let values = TagValues(of: tag, in: header)
        guard values.count > 0 else { throw RPMHeaderError(.missing, tag: tag) }
        guard values.count == count else {
            throw RPMHeaderError(.count, tag: tag, value: UInt64(values.count))
        }
        return values
    }

    /// The string of a tag.
    ///
    /// - Parameter tag: A tag of type string, in one language.
    /// - Returns: A string that lives as long as the header; `nil` where it has none.
    public func string(of tag: RPMTag) -> UnsafePointer<CChar>? {
        TagValues(of: tag, in: header).string
    }

    /// The strings of a tag, valid as long as the header.
    ///
    /// - Parameters:
    ///   - entry: What the index says of the tag.
    ///   - tag: The tag.
    /// - Throws: ``RPMHeaderError`` where the strings begin outside of the header's data.
    func strings(
        of entry: FileTags.Entry, _ tag: RPMTag
    ) throws(RPMHeaderError) -> TagStrings {
        let entries = Int(UInt32(bigEndian: bytes.load(as: UInt32.self)))
        let start = 8 + RPMDigestList.entrySize * entries + Int(entry.offset)
        guard start < bytes.count else { throw RPMHeaderError(.missing, tag: tag) }
        let base = bytes.baseAddress!
        return TagStrings(from: base + start, to: base + bytes.count)
    }
}
