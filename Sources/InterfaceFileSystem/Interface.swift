import DigestList
import DigestListTools

/// DIGLIM's interface: what the kernel holds, and how it answers each operation.
public final class Interface {
    /// What is done with an uploaded list.
    public enum Operation: Sendable {
        /// To `digest_list_add`.
        case add
        /// To `digest_list_del`.
        case delete
    }

    /// The kernel copies a list and a NUL into one allocation, which is at most this large.
    public static let maximumAllocation = 4 << 20

    /// IMA's default hash, by which lists are known.
    public static let algorithm = HashAlgorithm.sha256

    /// The largest list that the kernel looks at, in bytes.
    public static let maximumListSize = 64 << 20 - 1
    private static let defaultLabel = Array("parser".utf8)

    /// The numbering of types.
    public let abi: ABI
    /// What IMA does with an upload that adds.
    let actions: LoadedList.Actions
    /// What IMA does with an upload that deletes.
    let deletionActions: LoadedList.Actions

    /// Who is told of each change of the table.
    ///
    /// A file system gives it its own owner; what is uploaded before that is only told to an
    /// owner that is set here.
    public weak var owner: (any InterfaceOwner)?

    /// What `digest_lists_loaded` shows.
    private(set) var directory = LoadedDirectory()

    private var table = DigestTable()
    private var lists: [UInt64: LoadedList] = [:]
    private var numbers: [[UInt8]: UInt64] = [:]
    private var uploads: UInt64 = 0
    private var labelBuffer = LabelBuffer()
    private var query = DigestQuery()

    /// Creates the interface, with nothing loaded.
    ///
    /// - Parameters:
    ///   - abi: The numbering of types.
    ///   - actions: What IMA does with an upload that adds.
    ///   - deletionActions: What IMA does with an upload that deletes.
    public init(abi: ABI, actions: LoadedList.Actions, deletionActions: LoadedList.Actions) {
        self.abi = abi
        self.actions = actions
        self.deletionActions = deletionActions
    }
}

// MARK: - Writing

extension Interface {
    /// The label that is set; `nil` for none.
    public var label: [UInt8]? { labelBuffer.label }

    /// The label that the next list in a buffer gets.
    public var nextLabel: [UInt8] { label ?? Self.defaultLabel }

    /// Sets the label for the next list, as one write to the label file does.
    public func writeLabel(_ payload: [UInt8]) throws(InterfaceError) {
        try labelBuffer.write(payload)
    }

    /// Sets the digest to look for, as one write to `digest_query` does.
    public func writeQuery(_ payload: [UInt8]) throws(InterfaceError) {
        try query.write(payload)
    }

    /// What IMA does with an upload, unless somebody decides on each.
    public func defaultActions(of operation: Operation) -> LoadedList.Actions {
        operation == .add ? actions : deletionActions
    }

    /// Adds or deletes a list, as one write to `digest_list_add` or `digest_list_del` does.
    ///
    /// The label is gone once the list's files are made or found, whatever happens then.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - operation: What to do.
    ///   - actions: What IMA does with the upload; `nil` for what it does with any.
    public func upload(
        _ list: [UInt8], _ operation: Operation, actions: LoadedList.Actions? = nil
    ) throws(InterfaceError) {
        try Self.checkBuffer(of: list.count)
        try upload(
            list, labelThen: label, operation,
            actions: actions ?? defaultActions(of: operation))
    }

    /// Whether a list in a buffer can be taken at all.
    ///
    /// - Parameter size: Its size in bytes.
    static func checkBuffer(of size: Int) throws(InterfaceError) {
        guard size <= maximumListSize else { throw .tooLarge }
        guard size < maximumAllocation else { throw .noMemory }
    }

    /// Adds or deletes a list that was written some time ago, in a buffer.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: The label at that time. Another that was set since then, stays.
    ///   - operation: What to do.
    ///   - actions: What IMA does with the upload.
    func upload(
        _ list: [UInt8], labelThen label: [UInt8]?, _ operation: Operation,
        actions: LoadedList.Actions
    ) throws(InterfaceError) {
        let upload = try NamedList(list, label ?? Self.defaultLabel, actions)
        try prepare(upload, operation)
        if self.label == label { labelBuffer.clear() }
        try finish(upload, operation)
    }

    /// Adds or deletes a list, as one write of its path does; the label for the next one stays as
    /// it is.
    ///
    /// - Parameters:
    ///   - list: The list, without the signature of its file.
    ///   - label: The label, or a path, of which the last part is the label.
    ///   - operation: What to do.
    ///   - actions: What IMA does with the upload; `nil` for what it does with any.
    public func upload(
        _ list: [UInt8], label: [UInt8], _ operation: Operation = .add,
        actions: LoadedList.Actions? = nil
    ) throws(InterfaceError) {
        let upload = try NamedList(list, label, actions ?? defaultActions(of: operation))
        try prepare(upload, operation)
        try finish(upload, operation)
    }

    private struct NamedList {
        let list: [UInt8]
        let label: [UInt8]
        let digest: [UInt8]
        let names: EntryNames
        let actions: LoadedList.Actions

        init(
            _ list: [UInt8], _ label: [UInt8], _ actions: LoadedList.Actions
        ) throws(InterfaceError) {
            self.list = list
            self.label = label
            self.actions = actions
            digest = SHA256.digest(of: list)
            names = try EntryNames(
                digest: digest, algorithm: Interface.algorithm, label: label)
        }
    }

    private func prepare(
        _ upload: NamedList, _ operation: Operation
    ) throws(InterfaceError) {
        switch operation {
        case .add: try directory.insert(upload.names, digest: upload.digest)
        case .delete: guard directory.contains(upload.names) else { throw .notFound }
        }
    }

    private func finish(
        _ upload: NamedList, _ operation: Operation
    ) throws(InterfaceError) {
        switch operation {
        case .add:
            do {
                try add(upload)
            } catch {
                // Only of a list that is there already does the kernel leave the new pair behind.
                if numbers[upload.digest] == nil { directory.remove(upload.names) }
                throw error
            }
        case .delete:
            try delete(upload)
            directory.remove(upload.names)
        }
    }

    private func add(_ upload: NamedList) throws(InterfaceError) {
        try validate(upload.list)
        guard numbers[upload.digest] == nil else { throw .exists }
        guard upload.list.count <= Self.maximumAllocation else { throw .noMemory }
        let list = LoadedList(
            bytes: upload.list, label: upload.label, name: upload.names.binary,
            actions: upload.actions, number: uploads)
        uploads += 1
        lists[list.number] = list
        numbers[upload.digest] = list.number
        table.add(list, abi: abi)
        do {
            try owner?.didAdd(list)
        } catch {
            remove(list, digest: upload.digest)
            throw error
        }
    }

    private func delete(_ upload: NamedList) throws(InterfaceError) {
        try validate(upload.list)
        guard let list = list(digest: upload.digest) else { throw .notFound }
        // "missing actions" in the kernel's log.
        guard upload.actions.isSuperset(of: list.actions) else { throw .notPermitted }
        remove(list, digest: upload.digest)
        owner?.didRemove(list)
    }

    private func remove(_ list: LoadedList, digest: [UInt8]) {
        lists[list.number] = nil
        numbers[digest] = nil
        table.remove(list, abi: abi)
    }

    private func validate(_ list: [UInt8]) throws(InterfaceError) {
        do {
            try CompactBlocks.validate(list.span.bytes, abi: abi)
        } catch {
            throw .invalid
        }
    }
}

// MARK: - Reading

extension Interface {
    /// What `digests_count` shows.
    public var counts: [UInt8] {
        Array(
            """
            Parser digests: \(table.count(of: .parser))
            File digests: \(table.count(of: .file))
            Metadata digests: \(table.count(of: .metadata))
            Digest list digests: \(lists.count)

            """.utf8)
    }

    /// The lists that are loaded, in the order of their uploads.
    public var loadedLists: [LoadedList] { lists.values.sorted { $0.number < $1.number } }

    /// Whether a digest is in a loaded list with some actions, others of its actions aside.
    ///
    /// - Parameters:
    ///   - digest: The digest.
    ///   - type: The type of the block that it is in.
    ///   - algorithm: The digest's algorithm.
    ///   - actions: What IMA must have done with the list.
    public func isNamed(
        _ digest: ArraySlice<UInt8>, _ type: ListType, _ algorithm: HashAlgorithm,
        byListWith actions: LoadedList.Actions
    ) -> Bool {
        table.isNamed(digest, type, algorithm) { number in
            lists[number].map { $0.actions.isSuperset(of: actions) } ?? false
        }
    }

    /// All names of `digest_lists_loaded`, sorted.
    public func loadedNames() -> [[UInt8]] { directory.sortedNames() }

    /// What a file of `digest_lists_loaded` shows: nothing where no list stands behind it.
    func content(of file: LoadedDirectory.File) -> [UInt8] {
        guard let list = list(digest: file.digest), list.name == file.listName else { return [] }
        switch file.content {
        case .binary: return list.bytes
        case .ascii: return list.ascii(abi: abi)
        }
    }

    /// What `digest_query` shows: a line for each place in a list that names the digest, by type,
    /// then in the order of the uploads.
    var queryResult: [UInt8] {
        guard let (algorithm, digest) = query.digest else { return [] }
        let types = (0..<UInt16(abi.digestListNumber)).compactMap {
            ListType(number: $0, abi: abi)
        }
        let lines = types.flatMap { type in
            table.lists(naming: digest, type, algorithm).compactMap { lists[$0] }
                .flatMap { $0.queryLines(naming: digest, type, algorithm, abi: abi) }
        }
        return lines + queryLineOfList(algorithm, digest)
    }

    private func list(digest: [UInt8]) -> LoadedList? { numbers[digest].flatMap { lists[$0] } }

    private func queryLineOfList(_ algorithm: HashAlgorithm, _ digest: [UInt8]) -> [UInt8] {
        guard algorithm == Self.algorithm, let list = list(digest: digest) else { return [] }
        return list.queryLine("type: \(abi.digestListNumber), size: \(list.bytes.count)")
    }
}

extension LoadedList {
    fileprivate func queryLines(
        naming digest: [UInt8], _ type: ListType, _ algorithm: HashAlgorithm, abi: ABI
    ) -> [UInt8] {
        var lines: [UInt8] = []
        forEachBlock(abi: abi) { block in
            guard block.header.type == type, block.header.algorithm == algorithm else { return }
            for range in block.digestRanges where bytes[range].elementsEqual(digest) {
                lines += queryLine(block.header.words(abi: abi))
            }
        }
        return lines
    }

    fileprivate func queryLine(_ words: String) -> [UInt8] {
        name + Array(" (actions: \(actions.rawValue)): \(words)\n".utf8)
    }
}

extension ABI {
    /// The number of the type of digest lists, which none of a list's blocks may have.
    fileprivate var digestListNumber: Int {
        switch self {
        case .v2: 4
        case .v3: 3
        }
    }
}
