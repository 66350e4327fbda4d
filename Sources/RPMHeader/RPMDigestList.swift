import CLinux
import DigestList
import LinuxFiles

/// The bytes of an RPM digest list: a package's header and, mostly, an appended signature.
///
/// The format is RPM's header magic, the header's immutable region, and the signature with its
/// trailer; the first two are what the signature covers.
public struct RPMDigestList: ~Copyable {
    /// RPM's header magic, `rpm_header_magic` of librpm, as a number in big endian.
    package static let magicNumber: UInt64 = 0x8ead_e801_0000_0000
    /// The size of the magic, in bytes.
    package static let magicSize = 8
    /// The size of an index entry, in bytes.
    static let entrySize = 16
    /// librpm's limit on index entries, `HEADER_TAGS_MAX`.
    private static let maximumEntries = 0xffff
    /// librpm's limit on the data, `HEADER_DATA_MAX`, in bytes.
    private static let maximumDataSize = 0xfff_ffff
    /// The largest file that is read: the largest header and 1 MiB for its signature, in bytes.
    private static let maximumSize = 0x1000_0000 + 16 * 0x1_0000 + (1 << 20)
    /// What is read of a file at once, in bytes: most digest lists are smaller.
    private static let usualSize = 1 << 16

    /// What follows the magic, aligned as librpm needs it, and free to be taken over by it.
    private var memory: Memory
    /// Where the data begins in the header, behind the index, in bytes.
    let dataStart: Int
    /// The header's size without the magic, in bytes.
    public let headerSize: Int

    /// Reads a digest list from a file.
    ///
    /// - Parameter file: A regular file, open for reading, at its start.
    /// - Throws: ``RPMHeaderError`` where the file is not magic, header and signature, and nothing
    ///   else.
    public init(from file: borrowing FileDescriptor) throws(RPMHeaderError) {
        var magic: UInt64 = 0
        var memory = Memory()
        let count = try rethrowing(
            as: RPMHeaderError.init(system:), Self.read(file, &magic, &memory))
        try self.init(magic: magic, memory: memory, count: count)
    }

    /// Reads a whole file, with one call where it fits into the usual memory.
    ///
    /// - Returns: The number of bytes read.
    private static func read(
        _ file: borrowing FileDescriptor, _ magic: inout UInt64, _ memory: inout Memory
    ) throws(Errno) -> Int {
        memory = try Memory(count: usualSize)
        let count = try withUnsafeMutableBytes(of: &magic) { magic throws(Errno) in
            try file.readOnce(into: magic, memory.bytes)
        }
        guard count == magicSize + usualSize else { return count }
        let size = Int(try file.status().st_size) - magicSize
        guard size > usualSize else { return count }
        guard size <= maximumSize else { throw .fileTooLarge }
        try memory.resize(to: size)
        return try count + file.read(into: .init(rebasing: memory.bytes[usualSize...]))
    }

    /// Checks that a file is magic, header and signature, and nothing else.
    ///
    /// - Parameters:
    ///   - magic: The first eight bytes of the file.
    ///   - memory: The bytes that follow.
    ///   - count: The file's size, in bytes.
    /// - Throws: ``RPMHeaderError`` with the first thing that is wrong.
    package init(
        magic: UInt64, memory: consuming Memory, count: Int
    ) throws(RPMHeaderError) {
        guard count > 0 else { throw RPMHeaderError(.empty) }
        // The number of index entries and the size of the data follow the magic.
        let missing = Self.magicSize + 8 - count
        guard missing <= 0 else { throw RPMHeaderError(.truncated, value: missing) }
        guard magic.bigEndian == Self.magicNumber else { throw RPMHeaderError(.notRPM) }
        let bytes = UnsafeRawBufferPointer(rebasing: memory.bytes[..<(count - Self.magicSize)])
        let sizes = try Self.sizes(of: bytes)
        let header = UnsafeRawBufferPointer(rebasing: bytes[..<sizes.header])
        try ImmutableRegion.check(header, dataStart: sizes.dataStart)
        try Self.checkSignature(.init(rebasing: bytes[sizes.header...]))
        (dataStart, headerSize) = sizes
        self.memory = memory
    }

    /// Where the header's data begins and ends by its own word, once it is known to fit.
    private static func sizes(
        of bytes: UnsafeRawBufferPointer
    ) throws(RPMHeaderError) -> (dataStart: Int, header: Int) {
        let (entries, dataSize) = (bytes.number(at: 0), bytes.number(at: 4))
        guard entries > 0, entries <= maximumEntries else {
            throw RPMHeaderError(.entries, value: entries)
        }
        guard dataSize <= maximumDataSize else { throw RPMHeaderError(.tooLarge, value: dataSize) }
        let dataStart = 8 + entrySize * entries
        let missing = dataStart + dataSize - bytes.count
        guard missing <= 0 else { throw RPMHeaderError(.truncated, value: missing) }
        return (dataStart, dataStart + dataSize)
    }

    /// Checks that what follows the header is nothing or one signature with its trailer.
    private static func checkSignature(
        _ rest: UnsafeRawBufferPointer
    ) throws(RPMHeaderError) {
        guard rest.count > 0 else { return }
        let trailer = try rethrowing(
            as: { RPMHeaderError(.trailer($0)) },
            try SignatureTrailer(end: rest.bytes, fileSize: rest.count))
        guard let trailer, Int(trailer.signatureLength) == rest.count - SignatureTrailer.size else {
            throw RPMHeaderError(.trailingBytes, value: rest.count)
        }
    }

    /// The header without its magic.
    public var header: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory.bytes[..<headerSize])
    }

    /// Gives the memory away; whoever takes it frees it.
    mutating func takeMemory() -> UnsafeMutableRawPointer { memory.take() }
}

extension UnsafeRawBufferPointer {
    /// A number of 32 bits, as files have it.
    func number(at offset: Int) -> Int {
        precondition(offset >= 0 && offset <= count - 4)
        return Int(UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
