import LinuxFiles
import RPMHeader

extension RPMDigestList {
    /// RPM's header magic, `rpm_header_magic` of librpm.
    public static let magic: [UInt8] = [0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]

    /// Takes a digest list from memory.
    ///
    /// - Parameter bytes: The bytes of the file, which are copied.
    /// - Throws: ``RPMHeaderError`` as when a file is read.
    public init(copying bytes: UnsafeRawBufferPointer) throws(RPMHeaderError) {
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Self.magicSize))
        let memory = try rethrowing(
            as: RPMHeaderError.init(system:), Memory(count: max(rest.count, 8)))
        memory.bytes.copyMemory(from: rest)
        var magic: UInt64 = 0
        withUnsafeMutableBytes(of: &magic) {
            $0.copyMemory(from: .init(rebasing: bytes.prefix(Self.magicSize)))
        }
        try self.init(magic: magic, memory: memory, count: bytes.count)
    }
}
