import CLinux
import DigestList
import KernelInterface
import LinuxFiles

/// A file with a compact list, read as the kernel reads it.
struct CompactListFile: ~Copyable {
    /// The largest file of which the kernel takes a list, and more, in bytes.
    private static let largest = 64 << 20

    private let memory: Memory
    /// The size of the list, in bytes: that of the file without an appended signature.
    private let size: Int

    /// Reads a file.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: ``Errno`` where it cannot be read, or is no file for the kernel to read.
    init(_ path: UnsafePointer<CChar>) throws(Errno) {
        let file = try FileDescriptor(path: path, for: [.reading, .nonBlocking])
        let status = try file.status()
        guard status.isRegular else { throw Errno(rawValue: EINVAL) }
        guard status.st_size <= Self.largest else { throw .fileTooLarge }
        let memory = try Memory(count: max(Int(status.st_size), 1))
        let count = try file.read(into: memory.bytes)
        let content = UnsafeRawBufferPointer(rebasing: memory.bytes[..<count])
        let trailer = try? SignatureTrailer(end: content.bytes, fileSize: count)
        size = count - (trailer.map { SignatureTrailer.size + Int($0.signatureLength) } ?? 0)
        self.memory = memory
    }

    /// Whether another file has the same list, however that is signed.
    ///
    /// - Parameter other: The other file.
    func isSame(as other: borrowing CompactListFile) -> Bool {
        size == other.size
            && memcmp(memory.bytes.baseAddress!, other.memory.bytes.baseAddress!, size) == 0
    }

    /// Whether the kernel has the list under the label that it gives to a file's list.
    ///
    /// - Parameters:
    ///   - lists: What is loaded.
    ///   - name: The file's name.
    func isLoaded(in lists: borrowing LoadedLists, as name: UnsafePointer<CChar>) -> Bool {
        // One byte more than the list, to find what goes on behind it.
        guard size > 0, let loaded = try? Memory(count: size + 1) else { return false }
        for index in 0..<lists.count where LoadedName(lists[index]).isOfFile(name) {
            if (try? lists.read(index, into: loaded.bytes)) == size,
                memcmp(loaded.bytes.baseAddress!, memory.bytes.baseAddress!, size) == 0
            {
                return true
            }
        }
        return false
    }
}

/// A name of `digest_lists_loaded`, which the kernel makes of a list's digest and a label: for a
/// list that it has read itself, the file's name.
struct LoadedName {
    /// The longest that there is, in bytes (`NAME_MAX`).
    private static let longest = 255
    /// The bytes before a label with the longest digest: `sha512-`, 128 digits, a hyphen.
    private static let longestStart = 7 + 2 * 64 + 1

    private let bytes: UnsafeRawBufferPointer
    /// Where the label begins.
    private let start: Int

    init(_ name: UnsafePointer<CChar>) {
        bytes = LinuxFiles.bytes(of: name)
        start = LoadedLists.label(of: name).map { $0 - name } ?? bytes.count
    }

    /// Whether the list is perhaps that of a file: the label is the file's name, cut where the
    /// kernel cuts it.
    func isOfFile(_ name: UnsafePointer<CChar>) -> Bool {
        guard let length = Self.length(of: name, room: Self.longest - start) else { return false }
        return bytes.count - start == length
            && memcmp(bytes.baseAddress! + start, name, length) == 0
    }

    /// Whether the kernel can make a name for the list in a file, whatever its digest is. Where it
    /// cannot, it dereferences NULL.
    static func fits(_ name: UnsafePointer<CChar>) -> Bool {
        length(of: name, room: longest - longestStart) != nil
    }

    /// How much of a file's name is in the label: all up to the last dot in what there is room for
    /// of the name with `.ascii` behind it.
    private static func length(of name: UnsafePointer<CChar>, room: Int) -> Int? {
        let name = LinuxFiles.bytes(of: name)
        // The suffix begins with a dot.
        if name.count < room { return name.count }
        return name.prefix(room).lastIndex(of: UInt8(ascii: "."))
    }
}
