import CommandLineTool
import DigestList
import DigestListTools
import FileDigests

/// Converts RPM digest lists to compact ones.
final class ListConverter {
    private let directory: OutputDirectory
    private let immutableOnly: Bool
    private let abi: ABI
    private let messages: Messages
    private var buffer = CompactListBuffer()
    private var lists: [Path: ConvertSummary.List] = [:]
    private var order: [Path] = []
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
        forEach(of: files) { (file, list, counts) throws(CommandError) in
            let name = try file.compactName()
            if try add(list, counts, as: name, from: file.path.text) { converted += 1 }
        }
    }

    /// Converts all lists to one, in the order in which the parser uploads them.
    ///
    /// - Parameters:
    ///   - files: The lists.
    ///   - name: The file name of the one list.
    /// - Throws: ``CommandError`` where the kernel would not take the one list.
    func combine(_ files: [RPMListFile], as name: Path) throws(CommandError) {
        var combined: [UInt8] = []
        var counts = CompactListBuffer.Counts()
        var last: (file: RPMListFile, list: [UInt8])?
        forEach(of: files.sorted(by: RPMListFile.precedes)) {
            (file, list, more) throws(CommandError) in
            if let last, last.file.name == file.name {
                if last.list == list { return }
                throw CommandError("\(last.file.path.text) has the same name, and differs")
            }
            last = (file, list)
            converted += 1
            counts.mutable += more.mutable
            counts.immutable += more.immutable
            // One list too many is enough to be refused.
            if combined.count <= CompactListWriter.maximumSize {
                combined += list.dropLast(UploadTail.size)
            }
        }
        if Interruption.isRequested { return }
        if let last { combined += try tail(of: name, after: last.list) }
        _ = try add(combined, counts, as: name, from: nil)
    }

    /// The tail of the one list for all.
    ///
    /// - Parameters:
    ///   - name: The one list's name.
    ///   - list: The list before, whose tail has the algorithm of the last block.
    private func tail(of name: Path, after list: [UInt8]) throws(CommandError) -> [UInt8] {
        guard let tail = ListLabel(path: name).tail else {
            throw CommandError("no label can have this name")
        }
        var bytes = [UInt8](repeating: 0, count: UploadTail.size)
        do throws(CompactListError) {
            let header = try CompactHeader(
                from: list.span.bytes, at: list.count - CompactHeader.size, abi: abi)
            try bytes.withUnsafeMutableBufferPointer { (bytes) throws(CompactListError) in
                try tail.encode(
                    into: UnsafeMutableRawBufferPointer(bytes), algorithm: header.algorithm,
                    abi: abi)
            }
        } catch {
            throw CommandError("\(error.reason)")
        }
        return bytes
    }

    /// Converts lists that have digests.
    ///
    /// - Parameters:
    ///   - files: The lists.
    ///   - body: What to do with a file's digests; what it throws is told.
    private func forEach(
        of files: [RPMListFile],
        _ body: (RPMListFile, [UInt8], CompactListBuffer.Counts) throws(CommandError) -> Void
    ) {
        for file in files where !Interruption.isRequested {
            messages.progress(file.name.text)
            do {
                _ = try file.name.checkedAsListName()
                let counts = try file.convert(
                    into: &buffer, abi: abi, immutableOnly: immutableOnly)
                if counts.total > 0 {
                    try body(file, Array(buffer.list), counts)
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
        _ list: [UInt8], _ counts: CompactListBuffer.Counts, as name: Path, from source: String?
    ) throws(CommandError) -> Bool {
        let outcome = try directory.add(
            acceptable(list, abi: abi), as: name, from: source ?? name.text)
        guard outcome != .repeated else { return false }
        order.append(name)
        lists[name] = ConvertSummary.List(
            name: name.text, source: source, mutable: counts.mutable,
            immutable: counts.immutable, result: outcome == .written ? "written" : "unchanged")
        return true
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
