import CLinux
import DigestList
import LinuxFiles

/// The RPM digest lists that one path of the command line stands for, in the order of upload.
struct NamedLists: ~Copyable {
    /// The path of the lists' directory, with a slash at its end unless it is empty.
    let path: [CChar]
    /// The lists' file names.
    let names: NameList
    /// The lists' directory; `nil` where the path is one of a list.
    private let directory: FileDescriptor?

    /// Finds the lists of a directory, or takes a path for that of a list that may be gone.
    ///
    /// - Parameter path: The path.
    /// - Throws: ``Failure`` where the path is neither.
    init(at path: UnsafePointer<CChar>) throws(Failure) {
        do throws(Errno) { try self.init(directory: path) } catch {
            let name = Self.baseName(of: path)
            guard error == .notDirectory || error == .noEntry, Self.isRPMList(name) else {
                throw error == .notDirectory ? .name : .system(error)
            }
            try self.init(list: name, of: path)
        }
    }

    /// Finds the lists of a directory.
    ///
    /// - Parameter path: The directory's path.
    /// - Throws: ``Failure`` where the path is not one of a directory.
    init(inDirectory path: UnsafePointer<CChar>) throws(Failure) {
        self = try rethrowing(as: Failure.system, try NamedLists(directory: path))
    }

    private init(directory path: UnsafePointer<CChar>) throws(Errno) {
        let opened = try FileDescriptor(path: path, for: [.reading, .directory])
        names = try Self.names(in: opened)
        directory = consume opened
        self.path = Self.string(path, length: strlen(path), slash: true)
    }

    private init(
        list name: UnsafePointer<CChar>, of path: UnsafePointer<CChar>
    ) throws(Failure) {
        var names = NameList()
        try rethrowing(as: Failure.system, try names.append(name))
        self.names = names
        directory = nil
        self.path = Self.string(path, length: name - path, slash: false)
    }

    /// Whether the lists are those of a directory, and not one that was named.
    var isDirectory: Bool {
        switch directory {
        case .some: true
        case .none: false
        }
    }

    /// Opens the lists' directory, to read lists.
    ///
    /// - Throws: ``Failure`` where it cannot be opened, or where a list could not be trusted: the
    ///   kernel lets parsers read files of procfs and securityfs unseen.
    func openDirectory() throws(Failure) -> FileDescriptor {
        let directory = try rethrowing(as: Failure.system, try openedDirectory())
        for type in [FileSystemType.procfs, .securityfs]
        where try rethrowing(as: Failure.system, try directory.isOnFileSystem(type)) {
            throw .unseen
        }
        return directory
    }

    /// The directory that was listed, also where its path now leads to another one.
    private func openedDirectory() throws(Errno) -> FileDescriptor {
        switch directory {
        case .some(let directory): try FileDescriptor(reopening: directory)
        case .none:
            try FileDescriptor(
                path: path.count > 1 ? path : Self.workingDirectory, for: [.reading, .directory])
        }
    }

    private static let workingDirectory: [CChar] = [CChar(UInt8(ascii: ".")), 0]

    /// The names of a directory's lists.
    ///
    /// While files are renamed in a directory, some file systems show some names not at all. So it
    /// is listed until nothing changes meanwhile, and what was ever seen counts: a file that has
    /// gone shows when it is opened. A directory that never comes to rest is listed a few times.
    private static func names(
        in directory: borrowing FileDescriptor
    ) throws(Errno) -> NameList {
        var names = NameList()
        for _ in 0..<8 {
            let before = try directory.status().lastChange
            try directory.list(into: &names) { isRPMList($0) }
            if try directory.status().lastChange == before, !isRecent(before) { break }
            Clock.sleep(nanoseconds: Self.timestampStep)
        }
        try names.sort { ListName.precedes(bytes(of: $0).bytes, bytes(of: $1).bytes) }
        names.removeRepeated()
        return names
    }

    /// The longest step of the clock that file systems take their times from, in nanoseconds: two
    /// changes may have the same time.
    private static let timestampStep: UInt64 = 10_000_000

    private static func isRecent(_ change: Int64) -> Bool {
        Clock.ofFiles.distance(to: change).magnitude <= timestampStep
    }

    private static func baseName(of path: UnsafePointer<CChar>) -> UnsafePointer<CChar> {
        guard let slash = strrchr(path, Int32(UInt8(ascii: "/"))) else { return path }
        return UnsafePointer(slash + 1)
    }

    /// Whether a name, or the label that follows from it, is one of an RPM digest list.
    static func isRPMList(_ name: UnsafePointer<CChar>) -> Bool {
        let bytes = bytes(of: name).bytes
        return ListName(bytes)?.hasFormat("rpm", in: bytes) == true
    }

    private static func string(
        _ start: UnsafePointer<CChar>, length: Int, slash: Bool
    ) -> [CChar] {
        var string = Array(UnsafeBufferPointer(start: start, count: length))
        if slash, string.last != CChar(UInt8(ascii: "/")) {
            string.append(CChar(UInt8(ascii: "/")))
        }
        string.append(0)
        return string
    }
}
