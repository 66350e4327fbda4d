import CLinux
import DigestList
import LinuxFiles

/// The bytes of an RPM digest list: a package's header and, mostly, an appended signature.
///
/// The format is RPM's header magic, the header's immutable region, and the signature with its
/// trailer; the first two are what the signature covers.
public struct RPMDigestList: ~Copyable {
    /// RPM's header magic, `rpm_header_magic` of librpm.
    public static let magic: [UInt8] = [0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]
    /// The magic, the number of index entries and the size of the data, in bytes.
    static let introSize = 16
    /// The size of an index entry, in bytes.
    static let entrySize = 16
    /// librpm's limit on index entries, `HEADER_TAGS_MAX`.
    static let maximumEntries: UInt32 = 0xffff
    /// librpm's limit on the data, `HEADER_DATA_MAX`, in bytes.
    static let maximumDataSize: UInt32 = 0xfff_ffff
    /// The largest file that is read: the largest header and 1 MiB for its signature, in bytes.
    static let maximumSize = 0x1000_0000 + 16 * 0x1_0000 + (1 << 20)

    /// What is read of a file at once, in bytes: most digest lists are smaller.
    private static let usualSize = 1 << 16

    /// What follows the magic, aligned as librpm needs it, and free to be taken over by it.
    private var memory: Memory
    /// The header's size without the magic, in bytes.
    public let headerSize: Int
    /// The trailer of the appended signature; `nil` where the list is not signed.
    public let signature: SignatureTrailer?

    /// Reads a digest list from a file.
    ///
    /// - Parameter file: A regular file, open for reading, at its start.
    /// - Throws: ``RPMHeaderError`` where the file is not magic, header and signature, and nothing
    ///   else.
    public init(from file: borrowing FileDescriptor) throws(RPMHeaderError) {
        var magic: UInt64 = 0
        var memory = try Self.allocate(Self.usualSize)
        let count: Int
        do throws(Errno) {
            let first = try withUnsafeMutableBytes(of: &magic) { magic throws(Errno) in
                try file.readOnce(into: magic, memory.bytes)
            }
            let isAll = first < Self.magic.count + memory.count
            count = try isAll ? first : first + Self.readRest(of: file, into: &memory)
        } catch {
            throw RPMHeaderError(.system(error))
        }
        try self.init(magic: magic, memory: memory, count: count)
    }

    /// Reads what does not fit into the usual memory.
    ///
    /// - Returns: The number of bytes read.
    private static func readRest(
        of file: borrowing FileDescriptor, into memory: inout Memory
    ) throws(Errno) -> Int {
        let done = memory.count
        let size = Int(try file.status().st_size) - magic.count
        guard size > done else { return 0 }
        guard size <= maximumSize else { throw .fileTooLarge }
        try memory.resize(to: size)
        return try file.read(into: .init(rebasing: memory.bytes[done...]))
    }

    /// Takes a digest list from memory.
    ///
    /// - Parameter bytes: The bytes of the file, which are copied.
    /// - Throws: ``RPMHeaderError`` as when a file is read.
    public init(copying bytes: UnsafeRawBufferPointer) throws(RPMHeaderError) {
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Self.magic.count))
        let memory = try Self.allocate(max(rest.count, 8))
        memory.bytes.copyMemory(from: rest)
        var magic: UInt64 = 0
        withUnsafeMutableBytes(of: &magic) {
            $0.copyMemory(from: .init(rebasing: bytes.prefix(Self.magic.count)))
        }
        try self.init(magic: magic, memory: memory, count: bytes.count)
    }

    static func allocate(_ count: Int) throws(RPMHeaderError) -> Memory {
        do throws(Errno) { return try Memory(count: count) } catch {
            throw RPMHeaderError(.system(error))
        }
    }

    /// Checks that a file is magic, header and signature, and nothing else.
    private init(
        magic: UInt64, memory: consuming Memory, count: Int
    ) throws(RPMHeaderError) {
        guard count > 0 else { throw RPMHeaderError(.empty) }
        guard count >= Self.introSize else {
            throw RPMHeaderError(.truncated, value: UInt64(Self.introSize - count))
        }
        guard magic.bigEndian == 0x8ead_e801_0000_0000 else { throw RPMHeaderError(.notRPM) }
        let rest = count - Self.magic.count
        (headerSize, signature) = try Self.parts(
            of: UnsafeRawBufferPointer(rebasing: memory.bytes[..<rest]))
        self.memory = memory
    }

    private static func parts(
        of bytes: UnsafeRawBufferPointer
    ) throws(RPMHeaderError) -> (headerSize: Int, signature: SignatureTrailer?) {
        let headerSize = try headerSize(in: bytes)
        try ImmutableRegion.check(UnsafeRawBufferPointer(rebasing: bytes[..<headerSize]))
        return (headerSize, try signature(in: bytes.bytes, after: headerSize))
    }

    /// The header's size by its own word, once it is known to fit.
    private static func headerSize(
        in bytes: UnsafeRawBufferPointer
    ) throws(RPMHeaderError) -> Int {
        let entries = UInt32(bigEndian: bytes.load(fromByteOffset: 0, as: UInt32.self))
        let dataSize = UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self))
        guard entries > 0, entries <= maximumEntries else {
            throw RPMHeaderError(.entries, value: UInt64(entries))
        }
        guard dataSize <= maximumDataSize else {
            throw RPMHeaderError(.tooLarge, value: UInt64(dataSize))
        }
        let size = 8 + entrySize * Int(entries) + Int(dataSize)
        guard size <= bytes.count else {
            throw RPMHeaderError(.truncated, value: UInt64(size - bytes.count))
        }
        return size
    }

    /// The signature's trailer, once it is known that nothing else follows the header.
    private static func signature(
        in bytes: RawSpan, after headerSize: Int
    ) throws(RPMHeaderError) -> SignatureTrailer? {
        let rest = bytes.byteCount - headerSize
        guard rest > 0 else { return nil }
        let trailer: SignatureTrailer?
        do throws(SignatureTrailerError) {
            trailer = try SignatureTrailer(end: bytes.extracting(last: rest), fileSize: rest)
        } catch {
            throw RPMHeaderError(.trailer(error))
        }
        guard let trailer, Int(trailer.signatureLength) == rest - SignatureTrailer.size else {
            throw RPMHeaderError(.trailingBytes, value: UInt64(rest))
        }
        return trailer
    }

    /// The header without its magic.
    public var header: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory.bytes[..<headerSize])
    }

    /// The signature data, without the trailer; empty where the list is not signed.
    public var signatureData: UnsafeRawBufferPointer {
        let length = Int(signature?.signatureLength ?? 0)
        return UnsafeRawBufferPointer(
            rebasing: memory.bytes[headerSize..<headerSize + length])
    }

    /// Gives the memory away; whoever takes it frees it.
    mutating func takeMemory() -> UnsafeMutableRawPointer { memory.take() }
}
