import CLinux
import DigestList
import LinuxFiles
import RPMHeader

/// Converts RPM digest lists, one after another in the same memory.
struct Converter: ~Copyable {
    private let abi: ABI
    private var buffer = CompactListBuffer()

    init(for abi: ABI) { self.abi = abi }

    /// The compact list of the last conversion.
    var list: UnsafeMutableRawBufferPointer { buffer.list }

    /// Converts one list.
    ///
    /// - Parameters:
    ///   - entry: The list's place.
    ///   - directory: The list's directory.
    ///   - label: The list's label.
    /// - Returns: How many digests the compact list has; without any there is none.
    /// - Throws: ``Failure`` of the first step that fails.
    mutating func convert(
        _ entry: ListEntry, in directory: borrowing FileDescriptor, label: Label
    ) throws(Failure) -> CompactListBuffer.Counts {
        // Opening a FIFO or a device may wait or have effects.
        if entry.type != .regular { try Self.checkType(of: entry.name, in: directory) }
        let file = try Self.open(entry.name, in: directory)
        let files = try rethrowing(as: Failure.header, try RPMFiles(of: RPMDigestList(from: file)))
        return try rethrowing(
            as: Failure.header,
            try files.convert(
                into: &buffer, label: label, abi: abi, immutableOnly: entry.immutableOnly))
    }

    private static func checkType(
        of name: UnsafePointer<CChar>, in directory: borrowing FileDescriptor
    ) throws(Failure) {
        let status: stat
        do throws(Errno) { status = try directory.status(of: name) } catch {
            throw error == .noEntry ? .gone : .system(error)
        }
        guard !status.isSymbolicLink else { throw .symbolicLink }
        guard status.isRegular else { throw .notRegular }
    }

    private static func open(
        _ name: UnsafePointer<CChar>, in directory: borrowing FileDescriptor
    ) throws(Failure) -> FileDescriptor {
        do throws(Errno) {
            let file = try FileDescriptor(
                entry: name, of: directory, for: [.reading, .nonBlocking])
            // Something else may have taken its place.
            if try file.status().isRegular { return file }
        } catch {
            throw error == .crossDevice ? .mounted : error == .noEntry ? .gone : .system(error)
        }
        throw .notRegular
    }
}

/// The place of a digest list, and what is wanted of it.
struct ListEntry {
    /// The list's file name.
    var name: UnsafePointer<CChar>
    /// The file's type, if it is known.
    var type: FileType
    /// Whether the digests of files that may change are left out.
    var immutableOnly: Bool
}
