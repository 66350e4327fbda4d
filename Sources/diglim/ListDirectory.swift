import CLinux
import CRPMPlugin
import LinuxFiles

/// The directory of digest lists, open, so that it stays the same whatever root rpm is in.
///
/// Besides lists it has two sorts of files, whose names no reader takes for a list: the list that
/// is being written, and marks. Transactions on one database exclude each other, so there is no
/// more than one such list.
struct ListDirectory: ~Copyable {
    private let descriptor: FileDescriptor

    private static let unfinished: StaticString = ".digest_list.new"
    private static let markPrefix: StaticString = ".pending-"
    /// What the names of all lists have and those of marks have not: with it a mark's name could
    /// be too long.
    private static let listPrefix: StaticString = "0-file_list-rpm-"

    /// Opens the directory.
    ///
    /// - Parameters:
    ///   - path: The directory's path.
    ///   - creating: Whether it is made where it is missing.
    /// - Throws: ``Errno`` of the call that fails.
    init(path: CString, creating: Bool) throws(Errno) {
        if creating { Self.make(path) }
        descriptor = try FileDescriptor(path: path, for: [.reading, .directory])
    }

    /// Makes a directory and those above it; whether it is there shows when it is opened.
    private static func make(_ path: CString) {
        let slash = CChar(UInt8(ascii: "/"))
        for end in path.indices.dropFirst() where path[end] == slash || path[end] == 0 {
            mkdir(path[..<end] + [0], 0o755)
        }
    }

    /// What became of a list.
    enum Outcome {
        case written, replaced, unchanged
    }

    /// Writes a list, so that its name stands for the old one or for the whole new one; the name is
    /// to be brought to the disk later.
    ///
    /// - Parameters:
    ///   - list: The list's bytes.
    ///   - name: The list's file name.
    /// - Throws: ``Errno`` of the call that fails.
    func write(_ list: [UInt8], as name: CString) throws(Errno) -> Outcome {
        let old = content(of: name, upTo: list.count)
        if old == list { return .unchanged }
        removeUnfinished()
        do throws(Errno) {
            try writeUnfinished(list)
            let result = renameat(
                descriptor.rawValue, Self.unfinished.cString, descriptor.rawValue, name)
            guard result == 0 else { throw .current }
        } catch {
            removeUnfinished()
            throw error
        }
        return old == nil ? .written : .replaced
    }

    private func writeUnfinished(_ list: [UInt8]) throws(Errno) {
        let file = try FileDescriptor(
            crpmplugin_create(descriptor.rawValue, Self.unfinished.cString))
        try list.span.withUnsafeBytes { bytes throws(Errno) in
            var done = 0
            while done < bytes.count {
                done += try file.write(UnsafeRawBufferPointer(rebasing: bytes[done...]))
            }
        }
        guard fsync(file.rawValue) == 0 else { throw .current }
    }

    /// The bytes of a file, or more of them than a length; `nil` where it cannot be read.
    private func content(of name: CString, upTo length: Int) -> [UInt8]? {
        let flags: FileDescriptor.OpenFlags = [.reading, .nonBlocking]
        guard let file = try? FileDescriptor(entry: name, of: descriptor, for: flags),
            (try? file.status())?.isRegular == true
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: length + 1)
        let count = bytes.withUnsafeMutableBytes { try? file.read(into: $0) }
        guard let count else { return nil }
        bytes.removeSubrange(count...)
        return bytes
    }

    /// The bytes of a list; `nil` where there is none that can be read.
    ///
    /// - Parameter name: The list's file name.
    func list(_ name: CString) -> [UInt8]? {
        guard let size = try? descriptor.status(of: name).st_size, size < 1 << 29 else {
            return nil
        }
        return content(of: name, upTo: Int(size))
    }

    /// Removes a list, if it is there; to be brought to the disk later.
    ///
    /// - Parameter name: The list's file name.
    /// - Throws: ``Errno`` of the call that fails.
    func remove(_ name: CString) throws(Errno) {
        guard unlinkat(descriptor.rawValue, name, 0) == 0 else {
            let error = Errno.current
            if error == .noEntry { return }
            throw error
        }
    }

    /// Brings to the disk what has become of names.
    ///
    /// - Throws: ``Errno`` of the call that fails.
    func bringToDisk() throws(Errno) {
        guard fsync(descriptor.rawValue) == 0 else { throw .current }
    }

    /// Removes what was being written when rpm was killed.
    func removeUnfinished() { unlinkat(descriptor.rawValue, Self.unfinished.cString, 0) }
}

// MARK: - Marks

extension ListDirectory {
    /// Marks a list as being worked on.
    ///
    /// - Parameter name: The list's file name.
    /// - Throws: ``Errno`` of the call that fails.
    func mark(_ name: CString) throws(Errno) {
        if isMarked(name) { return }
        _ = try FileDescriptor(crpmplugin_create(descriptor.rawValue, markName(name)))
    }

    /// Takes a list's mark away.
    ///
    /// - Parameter name: The list's file name.
    func unmark(_ name: CString) { unlinkat(descriptor.rawValue, markName(name), 0) }

    /// Whether a list is marked.
    ///
    /// - Parameter name: The list's file name.
    func isMarked(_ name: CString) -> Bool {
        (try? descriptor.status(of: markName(name))) != nil
    }

    /// The file names of all lists that are marked.
    func marked() -> [CString] {
        let prefix = Self.markPrefix
        var names = NameList()
        try? descriptor.list(into: &names) {
            strncmp($0, prefix.cString, prefix.utf8CodeUnitCount) == 0
        }
        return (0..<names.count).map {
            join(cString(Self.listPrefix), names[$0] + prefix.utf8CodeUnitCount)
        }
    }

    private func markName(_ name: CString) -> CString {
        join(
            cString(Self.markPrefix),
            Array(name.dropFirst(Self.listPrefix.utf8CodeUnitCount)))
    }
}
