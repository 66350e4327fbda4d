import CLinux
import DigestList
import KernelInterface
import LinuxFiles
import RPMHeader

/// Converts RPM digest lists and uploads each with its own label.
struct Adder: ~Copyable {
    /// The interface; `nil` in a dry run.
    private var interface: Interface?
    private var list = CompactListBuffer()

    init(uploadingTo interface: consuming Interface?) { self.interface = interface }

    /// Converts and uploads one list.
    ///
    /// - Parameters:
    ///   - name: The list's file name.
    ///   - type: The file's type, if it is known.
    ///   - directory: The list's directory.
    ///   - immutableOnly: Whether the digests of files that may change are left out.
    /// - Throws: ``Failure`` of the first step that fails.
    mutating func add(
        _ name: UnsafePointer<CChar>, type: FileType, in directory: borrowing FileDescriptor,
        immutableOnly: Bool
    ) throws(Failure) -> Report.Outcome {
        guard let label = Label(listName: bytes(of: name).bytes) else { throw .label }
        // Opening a FIFO or a device may wait or have effects.
        if type != .regular { try Self.checkType(of: name, in: directory) }
        let counts = try convert(
            try Self.open(name, in: directory), immutableOnly: immutableOnly)
        guard counts.total > 0 else { return .empty }
        return try upload(label) == .added ? .added(counts) : .alreadyLoaded
    }

    private static func checkType(
        of name: UnsafePointer<CChar>, in directory: borrowing FileDescriptor
    ) throws(Failure) {
        let status: stat
        do throws(Errno) { status = try directory.status(of: name) } catch {
            throw .system(error)
        }
        guard !status.isSymbolicLink else { throw .symbolicLink }
        guard status.isRegular else { throw .notRegular }
    }

    private static func open(
        _ name: UnsafePointer<CChar>, in directory: borrowing FileDescriptor
    ) throws(Failure) -> FileDescriptor {
        do throws(Errno) {
            return try FileDescriptor(
                entry: name, of: directory, for: [.reading, .nonBlocking])
        } catch {
            throw error == .crossDevice ? .mounted : .system(error)
        }
    }

    private mutating func convert(
        _ file: consuming FileDescriptor, immutableOnly: Bool
    ) throws(Failure) -> CompactListBuffer.Counts {
        do throws(RPMHeaderError) {
            let files = try RPMFiles(of: try RPMDigestList(from: file))
            return try files.convert(
                into: &list, abi: interface?.abi ?? .v3, immutableOnly: immutableOnly)
        } catch {
            throw .header(error)
        }
    }

    private mutating func upload(_ label: Label) throws(Failure) -> Interface.AddResult {
        do throws(InterfaceError) {
            return try interface?.add(list.list, label: label) ?? .added
        } catch {
            throw .interface(error)
        }
    }
}
