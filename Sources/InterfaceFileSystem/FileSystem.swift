import CFUSE
import CLinux
import DigestList

/// The interface as files: names, open files, and what reads and writes on them do.
///
/// All in terms of nodes, handles and errors; ``Session`` speaks FUSE.
public final class FileSystem {
    private let owner: any InterfaceOwner
    private let common: stat
    private var openFiles: [UInt64: OpenFile] = [:]
    private var openDirectories: [UInt64: [Entry]] = [:]
    private var lastHandle: UInt64 = 0
    private var isTaken = false

    /// The size from which on a write may be a piece of a larger one, in bytes.
    var pieceLimit = Int.max

    /// Creates the file system.
    public init(_ owner: any InterfaceOwner) {
        self.owner = owner
        common = Self.commonAttributes()
    }

    /// Begins to answer.
    func start() { owner.start() }

    private var abi: ABI { owner.interface.abi }

    private func newHandle() -> UInt64 {
        lastHandle += 1
        return lastHandle
    }
}

// MARK: - Names and attributes

extension FileSystem {
    /// A line of a directory.
    struct Entry {
        let name: [UInt8]
        let node: Node
    }

    /// Finds a name in a directory.
    func look(up name: [UInt8], in directory: Node) throws(InterfaceError) -> Node {
        switch directory {
        case .root:
            if name == Array(Node.loadedDirectoryName.utf8) { return .loadedDirectory }
            for file in InterfaceFile.allCases where name == Array(file.name(abi: abi).utf8) {
                return .file(file)
            }
        case .loadedDirectory:
            if let file = owner.interface.directory[name] { return .list(file.number) }
        case .file, .list:
            throw .notDirectory
        }
        throw .notFound
    }

    /// What `stat` shows of a node: sizes are 0, as everywhere in securityfs.
    func attributes(of node: Node) throws(InterfaceError) -> stat {
        if case .list(let number) = node, owner.interface.directory[number] == nil {
            throw .notFound
        }
        var attributes = common
        attributes.st_ino = UInt(node.number)
        attributes.st_mode = node.mode
        attributes.st_nlink = node == .root ? 3 : node == .loadedDirectory ? 2 : 1
        return attributes
    }

    private static func commonAttributes() -> stat {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var attributes = stat()
        attributes.st_uid = geteuid()
        attributes.st_gid = getegid()
        attributes.st_blksize = 4096
        attributes.st_atim = now
        attributes.st_mtim = now
        attributes.st_ctim = now
        return attributes
    }
}

// MARK: - Directories

extension FileSystem {
    /// Opens a directory.
    ///
    /// - Returns: The handle.
    func openDirectory() -> UInt64 { newHandle() }

    /// The lines of an open directory, the same until it is read from the start again.
    ///
    /// - Parameters:
    ///   - handle: The handle.
    ///   - node: The directory.
    ///   - position: The number of lines to leave out.
    func entries(_ handle: UInt64, of node: Node, from position: Int) -> ArraySlice<Entry> {
        if position == 0 { openDirectories[handle] = entries(of: node) }
        return (openDirectories[handle] ?? []).dropFirst(position)
    }

    /// Closes a directory.
    func closeDirectory(_ handle: UInt64) { openDirectories[handle] = nil }

    private func entries(of node: Node) -> [Entry] {
        let dots = [
            Entry(name: Array(".".utf8), node: node), Entry(name: Array("..".utf8), node: .root),
        ]
        switch node {
        case .root:
            let files = InterfaceFile.allCases.map {
                Entry(name: Array($0.name(abi: abi).utf8), node: .file($0))
            }
            let loaded = Entry(
                name: Array(Node.loadedDirectoryName.utf8), node: .loadedDirectory)
            return dots + [loaded] + files
        case .loadedDirectory:
            return dots
                + owner.loadedNames().compactMap { name in
                    owner.interface.directory[name].map {
                        Entry(name: name, node: .list($0.number))
                    }
                }
        case .file, .list:
            return []
        }
    }
}

// MARK: - Files

extension FileSystem {
    /// The most that one read gets, in bytes: the kernel's files fill one page.
    private static let readSize = 4096

    private struct OpenFile {
        let node: Node
        var content: [UInt8]?
        var assembly: WriteAssembly
    }

    /// What has become of a write.
    enum Written {
        /// It is done, or so much of it as came.
        case done
        /// It is a path: the list has to be read first.
        case path(ListPath)
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - node: The file.
    ///   - flags: As to `open(2)`.
    /// - Returns: The handle.
    /// - Throws: `EACCES` and `EBUSY` as the kernel.
    func open(_ node: Node, flags: Int32) throws(InterfaceError) -> UInt64 {
        _ = try attributes(of: node)
        if case .file(let file) = node, file.isExclusive {
            guard !file.takesLists || flags & O_ACCMODE == O_WRONLY else { throw .accessDenied }
            guard !isTaken, !owner.isBusy else { throw .busy }
            isTaken = true
        }
        let handle = newHandle()
        let assembly = WriteAssembly(
            abi: abi, limit: pieceLimit, appends: flags & O_APPEND != 0)
        openFiles[handle] = OpenFile(node: node, content: nil, assembly: assembly)
        return handle
    }

    /// Reads from an open file.
    ///
    /// - Parameters:
    ///   - handle: The handle.
    ///   - position: Where to begin, in bytes; 0 brings the content up to date.
    ///   - size: How many bytes there is room for.
    func read(
        _ handle: UInt64, at position: Int, size: Int
    ) throws(InterfaceError) -> ArraySlice<UInt8> {
        guard let file = openFiles[handle] else { throw .badHandle }
        let content: [UInt8]
        if position > 0, let last = file.content {
            content = last
        } else {
            content = try self.content(of: file.node)
            openFiles[handle]?.content = content
        }
        return content.dropFirst(position).prefix(min(size, Self.readSize))
    }

    private func content(of node: Node) throws(InterfaceError) -> [UInt8] {
        let interface = owner.interface
        switch node {
        case .file(.counts): return interface.counts
        case .file(.query): return interface.queryResult
        case .list(let number): return interface.directory[number].map(interface.content) ?? []
        case .file(.label): throw .oops
        case .root, .loadedDirectory, .file(.add), .file(.delete): throw .invalid
        }
    }

    /// Writes to an open file.
    ///
    /// - Parameters:
    ///   - piece: The bytes.
    ///   - handle: The handle.
    ///   - position: Where to write, in bytes.
    ///   - writer: The process that writes.
    func write(
        _ piece: UnsafeRawBufferPointer, to handle: UInt64, at position: Int, by writer: pid_t
    ) throws(InterfaceError) -> Written {
        guard case .file(let file) = openFiles[handle]?.node, file != .counts else {
            throw .invalid
        }
        guard file.takesLists else {
            try owner.write(Array(piece), to: file, by: writer)
            return .done
        }
        abandon(handle, file, unlessContinuedAt: position)
        guard let step = try openFiles[handle]?.assembly.take(piece, at: position) else {
            throw .badHandle
        }
        switch step {
        case .held:
            try checkHeld(handle, file)
        case .whole(let payload):
            if let path = ListPath(payload) { return .path(path) }
            try owner.write(payload, to: file, by: writer)
            openFiles[handle]?.assembly.advance(by: payload.count)
        }
        return .done
    }

    /// Ends a write of a path.
    ///
    /// - Parameters:
    ///   - path: What was written.
    ///   - handle: The handle.
    ///   - list: The list, or why it cannot be read.
    ///   - writer: The process that writes.
    func finishWrite(
        of path: ListPath, to handle: UInt64, list: Result<[UInt8], InterfaceError>,
        by writer: pid_t
    ) throws(InterfaceError) {
        guard case .file(let file) = openFiles[handle]?.node else { throw .badHandle }
        try owner.write(path: path, to: file, list: list, by: writer)
        openFiles[handle]?.assembly.advance(by: path.payload.count)
    }

    /// Closes a file.
    func close(_ handle: UInt64) {
        guard let node = openFiles[handle]?.node else { return }
        if case .file(let file) = node, file.isExclusive {
            abandon(handle, file, unlessContinuedAt: nil)
            isTaken = false
        }
        openFiles[handle] = nil
    }

    private func checkHeld(_ handle: UInt64, _ file: InterfaceFile) throws(InterfaceError) {
        do {
            try owner.checkSize(openFiles[handle]?.assembly.heldSize ?? 0)
        } catch {
            if let lost = openFiles[handle]?.assembly.abandon(unlessContinuedAt: nil) {
                owner.abandon(lost, to: file, error: error)
            }
            throw error
        }
    }

    private func abandon(
        _ handle: UInt64, _ file: InterfaceFile, unlessContinuedAt position: Int?
    ) {
        let lost = openFiles[handle]?.assembly.abandon(unlessContinuedAt: position)
        if let lost { owner.abandon(lost, to: file, error: .invalid) }
    }
}
