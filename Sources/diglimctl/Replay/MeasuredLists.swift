import CommandLineTool
import DigestList
import MeasurementList

/// The digest lists of directories, found by what can be in a measurement list.
struct MeasuredLists {
    private let abi: ABI
    private var names: [Path: [MeasuredList]] = [:]
    private var labels: [Path: [MeasuredList]] = [:]
    private var files: [FileKey: ListLabel] = [:]

    private struct FileKey: Hashable {
        var algorithm: HashAlgorithm
        var digest: [UInt8]
    }

    /// Reads all lists of directories.
    ///
    /// - Parameters:
    ///   - directories: The directories.
    ///   - abi: The numbering of types.
    ///   - algorithms: The algorithms of digests in the log.
    ///   - hashers: What computes digests.
    ///   - messages: What tells lists that cannot be read, and how far it has come.
    /// - Throws: ``CommandError`` for a directory that cannot be read.
    init(
        _ directories: [Path], abi: ABI, _ algorithms: [HashAlgorithm], hashers: Hashers,
        _ messages: Messages
    ) throws(CommandError) {
        self.abi = abi
        for directory in directories {
            let found: [Path]
            do throws(CommandError) { found = try DirectoryList.names(in: directory) } catch {
                throw CommandError("\(directory.text): \(error.text)")
            }
            if found.isEmpty { messages.notice(directory.text, "no digest lists") }
            var reader = MeasuredListReader(directory, abi: abi, algorithms, hashers: hashers)
            for (number, name) in found.enumerated() {
                messages.progress("reading list \(number + 1) of \(found.count)")
                let list = reader.read(name)
                if let error = list.error {
                    messages.failure(directory.appending(name).text, error)
                }
                add(list)
            }
            messages.endProgress()
        }
    }

    private mutating func add(_ list: MeasuredList) {
        names[list.name, default: []].append(list)
        if let label = list.label {
            labels[Path(bytes: label.bytes.dropLast()), default: []].append(list)
        }
        let label = ListLabel(path: list.name)
        var blocks = CompactBlocks(abi: abi)
        while let block = try? blocks.next(in: list.list.span.bytes) {
            guard block.header.type == .file || block.header.type == .parser else { continue }
            let algorithm = block.header.algorithm
            let size = algorithm.digestSize
            for start in stride(
                from: block.digests.lowerBound, to: block.digests.upperBound, by: size)
            {
                let digest = Array(list.list[start..<start + size])
                files[FileKey(algorithm: algorithm, digest: digest)] = label
            }
        }
    }

    /// Finds out what an entry stands for.
    ///
    /// - Parameter entry: The entry.
    func explain(_ entry: inout ReplayedEntry) {
        guard entry.meaning == nil, let event = entry.event else { return }
        entry.meaning = .unknown
        if let upload = UploadName(event.name), let buffer = event.buffer {
            explain(upload, Array(buffer), &entry)
        } else if event.buffer == nil {
            explainFile(event, &entry)
        }
    }

    private func explain(_ upload: UploadName, _ buffer: [UInt8], _ entry: inout ReplayedEntry) {
        let named = (upload.isPath ? names : labels)[upload.label] ?? []
        entry.list = ListLabel(path: upload.label)
        if named.contains(where: { isUpload(buffer, of: $0) }) {
            entry.meaning = upload.isDeletion ? .deleted : .added
        } else if !named.isEmpty {
            entry.meaning = .changedUpload
        }
    }

    /// Whether a buffer is what a parser uploads for a list; parsers of old add no tail.
    private func isUpload(_ buffer: [UInt8], of list: MeasuredList) -> Bool {
        list.uploads(abi: abi).contains { upload in
            upload == buffer
                || list.format == .rpm && upload.dropLast(UploadTail.size).elementsEqual(buffer)
        }
    }

    private func explainFile(_ event: MeasuredEvent, _ entry: inout ReplayedEntry) {
        // The digest of fs-verity is not one of the file's bytes.
        guard let algorithm = event.algorithm, event.digestType != Array("verity".utf8) else {
            return
        }
        let name = Path(bytes: event.name).lastComponent
        if let lists = names[name] {
            entry.list = ListLabel(path: name)
            let isSame = lists.contains { $0.digests[algorithm] == event.digest }
            entry.meaning = isSame ? .list : .changedList
        } else if let list = files[FileKey(algorithm: algorithm, digest: event.digest)] {
            entry.list = list
            entry.meaning = .file
        }
    }
}

/// The name of an entry for an upload.
struct UploadName {
    /// Whether the list was deleted, and not added.
    let isDeletion: Bool
    /// Whether the kernel has read the list itself.
    let isPath: Bool
    /// The list's label, or the file's name.
    let label: Path

    /// Takes a name apart.
    ///
    /// - Parameter name: The name of an entry.
    /// - Returns: `nil` for one of something else.
    init?(_ name: [UInt8]) {
        for (start, isDeletion, isPath) in Self.starts where name.starts(with: start.utf8) {
            self.isDeletion = isDeletion
            self.isPath = isPath
            label = Path(bytes: Array(name.dropFirst(start.utf8.count)))
            return
        }
        return nil
    }

    private static let starts = [
        ("add_buffer_", false, false), ("del_buffer_", true, false),
        ("add_file_", false, true), ("del_file_", true, true),
    ]
}
