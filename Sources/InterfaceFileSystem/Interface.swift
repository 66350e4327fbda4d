import DigestList
import DigestListTools

/// DIGLIM's interface: what the kernel holds, and how it answers each operation.
public struct Interface {
    /// What is done with an uploaded list.
    public enum Operation {
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
    static let maximumListSize = 64 << 20 - 1
    private static let defaultLabel = Array("parser".utf8)

    /// The numbering of types.
    public let abi: ABI
    /// What IMA does with an upload that adds.
    let actions: LoadedList.Actions
    /// What IMA does with an upload that deletes.
    let deletionActions: LoadedList.Actions

    /// What `digest_lists_loaded` shows.
    private(set) var directory = LoadedDirectory()

    private var table = DigestTable()
    private var lists: [[UInt8]: LoadedList] = [:]
    private var digests: [UInt64: [UInt8]] = [:]
    private var uploads: UInt64 = 0
    private var labelBuffer = LabelBuffer()
    private var query = DigestQuery()

    /// Creates the interface, with nothing loaded.
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
    public mutating func writeLabel(_ payload: [UInt8]) throws(InterfaceError) {
        try labelBuffer.write(payload)
    }

    /// Sets the digest to look for, as one write to `digest_query` does.
    public mutating func writeQuery(_ payload: [UInt8]) throws(InterfaceError) {
        try query.write(payload)
    }

    /// Adds or deletes a list, as one write to `digest_list_add` or `digest_list_del` does.
    ///
    /// The label is gone once the list's files are made or found, whatever happens then.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - operation: What to do.
    ///   - actions: What IMA does with the upload; `nil` for what it does with any.
    public mutating func upload(
        _ list: [UInt8], _ operation: Operation, actions: LoadedList.Actions? = nil
    ) throws(InterfaceError) {
        guard list.count <= Self.maximumListSize else { throw .tooLarge }
        guard list.count < Self.maximumAllocation else { throw .noMemory }
        let upload = try upload(
            list, label: nextLabel, actions: actions ?? defaultActions(of: operation))
        try prepare(upload, operation)
        labelBuffer.clear()
        try finish(upload, operation)
    }

    /// Adds or deletes a list that the kernel has read itself; the label stays as it is.
    ///
    /// - Parameters:
    ///   - list: The file's content, without its signature.
    ///   - path: The path, of which the last part is the label.
    ///   - operation: What to do.
    ///   - actions: What IMA does with the upload; `nil` for what it does with any.
    public mutating func upload(
        _ list: [UInt8], from path: [UInt8], _ operation: Operation,
        actions: LoadedList.Actions? = nil
    ) throws(InterfaceError) {
        let upload = try upload(
            list, label: path, actions: actions ?? defaultActions(of: operation))
        try prepare(upload, operation)
        try finish(upload, operation)
    }

    private struct Upload {
        let list: [UInt8]
        let digest: [UInt8]
        let names: EntryNames
        let actions: LoadedList.Actions
    }

    private func defaultActions(of operation: Operation) -> LoadedList.Actions {
        operation == .add ? actions : deletionActions
    }

    private func upload(
        _ list: [UInt8], label: [UInt8], actions: LoadedList.Actions
    ) throws(InterfaceError) -> Upload {
        let digest = SHA256.digest(of: list)
        let names = try EntryNames(digest: digest, algorithm: Self.algorithm, label: label)
        return Upload(list: list, digest: digest, names: names, actions: actions)
    }

    private mutating func prepare(
        _ upload: Upload, _ operation: Operation
    ) throws(InterfaceError) {
        switch operation {
        case .add: try directory.insert(upload.names, digest: upload.digest)
        case .delete: guard directory.contains(upload.names) else { throw .notFound }
        }
    }

    private mutating func finish(
        _ upload: Upload, _ operation: Operation
    ) throws(InterfaceError) {
        switch operation {
        case .add:
            do {
                try add(upload)
            } catch {
                // Only here does the kernel leave the new pair of files behind.
                if error != .exists { directory.remove(upload.names) }
                throw error
            }
        case .delete:
            try delete(upload)
            directory.remove(upload.names)
        }
    }

    private mutating func add(_ upload: Upload) throws(InterfaceError) {
        try validate(upload.list)
        guard lists[upload.digest] == nil else { throw .exists }
        guard upload.list.count <= Self.maximumAllocation else { throw .noMemory }
        let list = LoadedList(
            bytes: upload.list, name: upload.names.binary, actions: upload.actions,
            number: uploads)
        uploads += 1
        lists[upload.digest] = list
        digests[list.number] = upload.digest
        table.add(list, abi: abi)
    }

    private mutating func delete(_ upload: Upload) throws(InterfaceError) {
        try validate(upload.list)
        guard let list = lists[upload.digest] else { throw .notFound }
        // "missing actions" in the kernel's log.
        guard upload.actions.isSuperset(of: list.actions) else { throw .notPermitted }
        lists[upload.digest] = nil
        digests[list.number] = nil
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

    /// All names of `digest_lists_loaded`, sorted.
    public mutating func loadedNames() -> [[UInt8]] { directory.sortedNames() }

    /// What a file of `digest_lists_loaded` shows: nothing where no list stands behind it.
    func content(of file: LoadedDirectory.File) -> [UInt8] {
        guard let list = lists[file.digest], list.name == file.listName else { return [] }
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
            table.lists(naming: digest, type, algorithm).compactMap { list(number: $0) }
                .flatMap { $0.queryLines(naming: digest, type, algorithm, abi: abi) }
        }
        return lines + queryLineOfList(algorithm, digest)
    }

    private func list(number: UInt64) -> LoadedList? { digests[number].flatMap { lists[$0] } }

    private func queryLineOfList(_ algorithm: HashAlgorithm, _ digest: [UInt8]) -> [UInt8] {
        guard algorithm == Self.algorithm, let list = lists[digest] else { return [] }
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
