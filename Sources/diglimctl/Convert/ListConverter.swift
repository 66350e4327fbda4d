import CommandLineTool
import DigestList
import DigestListTools

/// Converts RPM digest lists to compact ones.
final class ListConverter {
    private let directory: OutputDirectory
    private let immutableOnly: Bool
    private let abi: ABI
    private let messages: Messages
    private var buffer = CompactListBuffer()
    private var lists: [Path: ConvertSummary.List] = [:]
    private var order: [Path] = []
    /// The names of the lists, without those of parts.
    private var wholes: Set<Path> = []
    private var converted = 0
    private var empty = 0

    /// Begins.
    ///
    /// - Parameters:
    ///   - directory: Where the compact lists go.
    ///   - immutableOnly: Whether the digests of files that may change are left out.
    ///   - abi: The numbering of types.
    ///   - messages: What tells failures and progress.
    init(_ directory: OutputDirectory, immutableOnly: Bool, abi: ABI, _ messages: Messages) {
        self.directory = directory
        self.immutableOnly = immutableOnly
        self.abi = abi
        self.messages = messages
    }

    /// Converts each list to one of its own.
    ///
    /// - Parameter files: The lists.
    func convert(_ files: [RPMListFile]) {
        forEach(of: files) { (file, list) throws(CommandError) in
            let name = try file.compactName()
            var parts = ListParts(abi: abi)
            try parts.append(list)
            let tail = UploadTail(endOf: list.span.bytes, abi: abi)
            let files = try parts.files(named: name, tail: tail)
            if try add(files, of: name, from: file.path.text) { converted += 1 }
        }
    }

    /// Converts all lists to one, in the order in which the parser uploads them.
    ///
    /// - Parameters:
    ///   - files: The lists.
    ///   - name: The file name of the one list.
    /// - Throws: ``CommandError`` where the kernel would not take the one list.
    func combine(_ files: [RPMListFile], as name: Path) throws(CommandError) {
        var parts = ListParts(abi: abi)
        var last: (file: RPMListFile, list: [UInt8])?
        forEach(of: files.sorted(by: RPMListFile.precedes)) { (file, list) throws(CommandError) in
            if let last, last.file.name == file.name {
                if last.list == list { return }
                throw CommandError("\(last.file.path.text) has the same name, and differs")
            }
            last = (file, list)
            try parts.append(list)
            converted += 1
        }
        if Interruption.isRequested { return }
        if last == nil { throw CommandError("no digests, so no list is written") }
        _ = try add(parts.files(named: name), of: name, from: nil)
    }

    /// Converts lists that have digests.
    ///
    /// - Parameters:
    ///   - files: The lists.
    ///   - body: What to do with a file's digests; what it throws is told.
    private func forEach(
        of files: [RPMListFile],
        _ body: (RPMListFile, [UInt8]) throws(CommandError) -> Void
    ) {
        for file in files where !Interruption.isRequested {
            messages.progress(file.name.text)
            do {
                _ = try file.name.checkedAsListName()
                let counts = try file.convert(
                    into: &buffer, abi: abi, immutableOnly: immutableOnly)
                if counts.total > 0 {
                    try body(file, Array(buffer.list))
                } else {
                    empty += 1
                }
            } catch {
                messages.failure(file.path.text, error.text)
            }
        }
        messages.endProgress()
    }

    /// Adds a compact list.
    ///
    /// - Returns: `false` where it was added before.
    private func add(
        _ files: [ListParts.File], of whole: Path, from source: String?
    ) throws(CommandError) -> Bool {
        var isNew = false
        for file in files {
            let outcome = try directory.add(
                acceptable(file.list, abi: abi), as: file.name, from: source ?? file.name.text)
            guard outcome != .repeated else { continue }
            isNew = true
            order.append(file.name)
            lists[file.name] = ConvertSummary.List(
                name: file.name.text, source: source, mutable: file.counts.mutable,
                immutable: file.counts.immutable,
                result: outcome == .written ? "written" : "unchanged")
        }
        if isNew { wholes.insert(whole) }
        return isNew
    }

    /// Removes what an earlier run has cut into another number of parts: its digests would be
    /// loaded beside those of now.
    private func removeOtherParts() throws(CommandError) -> Int {
        let written = Set(order)
        let stale = try entries(of: directory.path).filter {
            !written.contains($0) && wholes.contains(PartName.whole(of: $0))
        }
        var removed = stale.count
        try directory.remove(stale) { name, text in
            removed -= 1
            messages.failure(directory.path.appending(name).text, "cannot be removed: \(text)")
        }
        return removed
    }

    /// Brings all lists to their places.
    ///
    /// - Returns: What has been done, all in all.
    /// - Throws: ``CommandError`` where the lists could not be brought to the disk.
    func finish() throws(CommandError) -> ConvertSummary {
        try directory.commit { name, text in
            lists[name] = nil
            messages.failure(directory.path.appending(name).text, text)
        }
        var summary = ConvertSummary(directory: directory.path.text)
        summary.removed = try removeOtherParts()
        summary.lists = order.compactMap { lists[$0] }
        summary.written = summary.lists.count { $0.result == "written" }
        summary.unchanged = summary.lists.count - summary.written
        summary.converted = converted
        summary.mutable = summary.lists.reduce(0) { $0 + $1.mutable }
        summary.immutable = summary.lists.reduce(0) { $0 + $1.immutable }
        summary.empty = empty
        summary.failures = messages.failures
        summary.failed = messages.failures.count
        return summary
    }
}
