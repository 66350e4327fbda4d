import CFUSE
import CLinux
import DigestList

/// The interface as files: names, open files, and what reads and writes on them do.
///
/// All in terms of nodes, handles and errors; ``Session`` speaks FUSE.
public final class FileSystem {
    private let interface: Interface
    private let owner: any InterfaceOwner
    private let files: [AdditionalFile]
    private let common: stat
    private var openFiles: [UInt64: OpenFile] = [:]
    private var openDirectories: [UInt64: [Entry]] = [:]
    private var lastHandle: UInt64 = 0
    private var isTaken = false

    /// The size from which on a write may be a piece of a larger one, in bytes.
    var pieceLimit = Int.max

    /// Creates the file system, and makes the owner that of the interface.
    ///
    /// - Parameters:
    ///   - interface: What it shows.
    ///   - owner: Who decides on uploads.
    ///   - files: The files beside DIGLIM's own, no more than
    ///     ``AdditionalFile/maximumCount``.
    public init(
        _ interface: Interface, owner: any InterfaceOwner, files: [AdditionalFile] = []
    ) {
        precondition(files.count <= AdditionalFile.maximumCount)
        self.interface = interface
        self.owner = owner
        self.files = files
        interface.owner = owner
        common = Self.commonAttributes()
    }

    /// Begins to answer.
    func start() { owner.didStart() }

    private var abi: ABI { interface.abi }

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
            if let index = files.firstIndex(where: { $0.name == name }) {
                return .additional(index)
            }
        case .loadedDirectory:
            if let file = interface.directory[name] { return .list(file.number) }
        case .file, .additional, .list:
            throw .notDirectory
        }
        throw .notFound
    }

    /// What `stat` shows of a node: sizes are 0, as everywhere in securityfs.
    func attributes(of node: Node) throws(InterfaceError) -> stat {
        var attributes = common
        attributes.st_ino = UInt(node.number)
        attributes.st_mode = node.mode
        switch node {
        case .list(let number):
            guard interface.directory[number] != nil else { throw .notFound }
        case .additional(let index):
            guard files.indices.contains(index) else { throw .notFound }
            attributes.st_mode |= files[index].mode
        case .root, .loadedDirectory, .file:
            break
        }
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
            let others = self.files.indices.map {
                Entry(name: self.files[$0].name, node: .additional($0))
            }
            return dots + [loaded] + files + others
        case .loadedDirectory:
            return dots
                + interface.loadedNames().compactMap { name in
                    interface.directory[name].map {
                        Entry(name: name, node: .list($0.number))
                    }
                }
        case .file, .additional, .list:
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
        switch node {
        case .file(.counts): return interface.counts
        case .file(.query): return interface.queryResult
        case .list(let number): return interface.directory[number].map(interface.content) ?? []
        case .file(.label): throw .oops
        case .additional(let index):
            guard let content = files[index].content else { throw .invalid }
            return try content()
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
    /// - Returns: When it is done, or so much of it as came.
    func write(
        _ piece: UnsafeRawBufferPointer, to handle: UInt64, at position: Int, by writer: pid_t
    ) throws(InterfaceError) -> Answer<Void> {
        switch openFiles[handle]?.node {
        case .file(.label):
            return try write(Array(piece), to: .label, interface.writeLabel)
        case .file(.query):
            return try write(Array(piece), to: .query, interface.writeQuery)
        case .file(let file) where file.takesLists:
            abandon(handle, file, unlessContinuedAt: position)
            guard let step = try openFiles[handle]?.assembly.take(piece, at: position) else {
                throw .badHandle
            }
            guard case .whole(let payload) = step else {
                try checkHeld(handle, file)
                return .now(())
            }
            return try upload(payload, to: file, handle, by: writer)
        case .additional(let index):
            guard let write = files[index].write else { throw .invalid }
            return try write(Array(piece), writer)
        case .file, .list, .root, .loadedDirectory, nil:
            throw .invalid
        }
    }

    private func write(
        _ payload: [UInt8], to file: InterfaceFile,
        _ write: ([UInt8]) throws(InterfaceError) -> Void
    ) throws(InterfaceError) -> Answer<Void> {
        try telling(of: payload, to: file, label: nil) { () throws(InterfaceError) in
            .now(try write(payload))
        }
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
            try owner.admit(openFiles[handle]?.assembly.heldSize ?? 0, isWhole: false)
        } catch {
            if let lost = openFiles[handle]?.assembly.abandon(unlessContinuedAt: nil) {
                owner.didWrite(lost, to: file, label: interface.nextLabel, error: error)
            }
            throw error
        }
    }

    private func abandon(
        _ handle: UInt64, _ file: InterfaceFile, unlessContinuedAt position: Int?
    ) {
        let lost = openFiles[handle]?.assembly.abandon(unlessContinuedAt: position)
        if let lost {
            owner.didWrite(lost, to: file, label: interface.nextLabel, error: .invalid)
        }
    }
}

// MARK: - Uploads

extension FileSystem {
    /// Reads the list where its path was written, asks the owner, and adds or deletes it. All but
    /// the last may take its time.
    private func upload(
        _ payload: [UInt8], to file: InterfaceFile, _ handle: UInt64, by writer: pid_t
    ) throws(InterfaceError) -> Answer<Void> {
        let path = ListPath(payload)
        // Others can set another one until the owner has decided.
        let label = interface.label
        let name = path?.bytes ?? interface.nextLabel
        let operation: Interface.Operation = file == .add ? .add : .delete
        return try telling(of: payload, to: file, label: name) { () throws(InterfaceError) in
            try list(payload, path).then { (list) throws(InterfaceError) in
                let upload = Upload(
                    operation: operation, label: name, isPath: path != nil, list: list,
                    writer: writer)
                return try self.owner.actions(of: upload).then {
                    (actions) throws(InterfaceError) -> Answer<Void> in
                    guard self.openFiles[handle] != nil else { throw .badHandle }
                    if path != nil {
                        try self.interface.upload(
                            list, label: name, operation, actions: actions)
                    } else {
                        try self.interface.upload(
                            list, labelThen: label, operation, actions: actions)
                    }
                    self.openFiles[handle]?.assembly.advance(by: payload.count)
                    return .now(())
                }
            }
        }
    }

    private func list(
        _ payload: [UInt8], _ path: ListPath?
    ) throws(InterfaceError) -> Answer<[UInt8]> {
        try owner.admit(payload.count, isWhole: true)
        if let path { return try ListReader.read(path) }
        try Interface.checkBuffer(of: payload.count)
        return .now(payload)
    }

    /// Has the owner told how a write ends, whenever that is.
    private func telling(
        of payload: [UInt8], to file: InterfaceFile, label: [UInt8]?,
        _ operation: () throws(InterfaceError) -> Answer<Void>
    ) throws(InterfaceError) -> Answer<Void> {
        do {
            switch try operation() {
            case .now:
                owner.didWrite(payload, to: file, label: label, error: nil)
                return .now(())
            case .later(let descriptor, let answer):
                return .later(descriptor: descriptor) { () throws(InterfaceError) in
                    try self.telling(of: payload, to: file, label: label, answer)
                }
            }
        } catch {
            owner.didWrite(payload, to: file, label: label, error: error)
            throw error
        }
    }
}
