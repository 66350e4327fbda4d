import CLinux
import DigestList
import LinuxFiles
import StaticProgram

/// The RPM digest lists that one path of the command line stands for, in the order of upload, and
/// what became of each.
struct Batch: ~Copyable {
    private let path: UnsafePointer<CChar>
    /// Whether the lists are those of a directory, so that one of them may have gone since.
    let isDirectory: Bool
    /// Whether the digests of files that may change are left out.
    private(set) var immutableOnly = false
    private let names: NameList
    /// The lists' directory; `nil` where a list is named that nobody reads.
    private let directory: FileDescriptor?
    /// What became of each.
    let outcomes: Table<Report.Outcome>

    /// Finds the lists of a directory, or takes a path for that of a list that may be gone.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - operation: What is to be done with the lists.
    /// - Throws: ``Failure`` where the path is neither.
    init(at path: UnsafePointer<CChar>, for operation: Options.Operation) throws(Failure) {
        let isRead = operation != .delete
        do throws(Errno) { try self.init(path, list: nil, isRead: isRead) } catch {
            let name = strrchr(path, Int32(UInt8(ascii: "/"))).map { UnsafePointer($0 + 1) } ?? path
            let isOther = operation != .sync && (error == .notDirectory || error == .noEntry)
            guard isOther, Self.isRPMList(name) else {
                throw isOther && error == .notDirectory
                    ? .because("not the name of an RPM digest list") : .system(error)
            }
            self = try rethrowing(
                as: Failure.system, try Batch(path, list: name, isRead: isRead))
        }
    }

    private init(
        _ path: UnsafePointer<CChar>, list: UnsafePointer<CChar>?, isRead: Bool
    ) throws(Errno) {
        var names = NameList()
        var directory: FileDescriptor?
        if let list {
            try names.append(list)
            let parent = Array(UnsafeBufferPointer(start: path, count: list - path))
            let opened = parent.isEmpty ? [CChar(UInt8(ascii: "."))] : parent
            if isRead {
                directory = try FileDescriptor(path: opened + [0], for: [.reading, .directory])
            }
        } else {
            let opened = try FileDescriptor(path: path, for: [.reading, .directory])
            names = try Self.names(in: opened)
            directory = consume opened
        }
        outcomes = try Table(repeating: Report.Outcome(.undone), count: names.count)
        self.names = names
        self.path = path
        isDirectory = list == nil
        self.directory = directory
    }

    /// Sees what is wanted of the lists, before they are read.
    ///
    /// - Throws: ``Failure`` where a list could not be trusted.
    mutating func checkDirectory() throws(Failure) {
        switch directory {
        case .none: break
        case .some(let directory):
            for type in [FileSystemType.procfs, .securityfs]
            where try rethrowing(as: Failure.system, directory.isOnFileSystem(type)) {
                // The kernel lets parsers read files there unseen.
                throw .because("on procfs or securityfs, where IMA does not see what is read")
            }
            immutableOnly = directory.hasEntry(".immutable")
        }
    }

    /// The number of lists.
    var count: Int { names.count }

    /// The last list that was added.
    var lastAdded: Int? { (0..<count).last { outcomes[$0].kind == .added } }

    /// A list's path, for people.
    func subject(_ index: Int) -> Message {
        if !isDirectory { return Message("", path) }
        let slash: Message = bytes(of: path).last == UInt8(ascii: "/") ? "" : "/"
        return Message("", path) + slash + Message("", names[index])
    }

    /// A list's label.
    ///
    /// - Throws: ``Failure`` where the kernel refuses it.
    func label(of index: Int) throws(Failure) -> Label {
        guard let label = Label(listName: bytes(of: names[index]).bytes) else {
            throw .because("the name has a character that the kernel refuses in a label")
        }
        return label
    }
}

// MARK: - Files

extension Batch {
    /// Opens a list.
    ///
    /// - Throws: ``Failure`` where it is no regular file, or cannot be opened.
    func open(_ index: Int) throws(Failure) -> FileDescriptor {
        switch directory {
        case .none: throw .gone
        case .some(let directory):
            return try directory.open(
                list: names[index], isRegular: names.type(of: index) == UInt8(DT_REG))
        }
    }

    /// Whether the directory has a list with a label now.
    func hasFile(of label: Label) -> Bool {
        switch directory {
        case .none: false
        case .some(let directory):
            label.withCString { (try? directory.status(of: $0)) != nil }
                || (label.isShortened && directory.hasLongName(label))
        }
    }
}

extension FileDescriptor {
    fileprivate func open(
        list name: UnsafePointer<CChar>, isRegular: Bool
    ) throws(Failure) -> FileDescriptor {
        // Opening a FIFO or a device may wait or have effects.
        if !isRegular {
            let status = try rethrowing(as: Failure.opening, try status(of: name))
            guard !status.isSymbolicLink else { throw .because("a symbolic link, not a file") }
            guard status.isRegular else { throw .notRegular }
        }
        let file = try rethrowing(
            as: Failure.opening,
            try FileDescriptor(entry: name, of: self, for: [.reading, .nonBlocking]))
        // Something else may have taken its place.
        let isRegular = try rethrowing(as: Failure.system, try file.status()).isRegular
        guard isRegular else { throw .notRegular }
        return file
    }

    /// Whether there is a list whose name comes to a shortened label.
    fileprivate func hasLongName(_ label: Label) -> Bool {
        var names = NameList()
        let isListed: Void? = try? list(into: &names) {
            Label(listName: bytes(of: $0).bytes)?.bytes == label.bytes
        }
        // What cannot be ruled out counts.
        return isListed == nil || names.count > 0
    }
}

// MARK: - Names

extension Batch {
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
            let isRecent = Clock.ofFiles.distance(to: before).magnitude <= timestampStep
            if try directory.status().lastChange == before, !isRecent { break }
            Clock.sleep(nanoseconds: timestampStep)
        }
        try names.sort { ListName.precedes(bytes(of: $0).bytes, bytes(of: $1).bytes) }
        names.removeRepeated()
        return names
    }

    /// The longest step of the clock that file systems take their times from, in nanoseconds: two
    /// changes may have the same time.
    private static let timestampStep: UInt64 = 10_000_000

    private static func isRPMList(_ name: UnsafePointer<CChar>) -> Bool {
        let bytes = bytes(of: name).bytes
        return ListName(bytes)?.hasFormat("rpm", in: bytes) == true
    }
}
