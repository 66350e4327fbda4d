import CommandLineTool

/// Lists on their way into a directory, which they reach all at once.
final class ListOutput {
    private let directory: OutputDirectory
    private let messages: Messages
    private var lists: [(name: Path, summary: Summary.List)] = []

    /// Opens a directory, or makes it.
    ///
    /// - Parameters:
    ///   - path: The directory's path.
    ///   - messages: What tells failures.
    /// - Throws: ``CommandError`` where it cannot be written to.
    init(_ path: Path, _ messages: Messages) throws(CommandError) {
        directory = try OutputDirectory(path, messages)
        self.messages = messages
    }

    /// Adds a list.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - file: The bytes of its file: the list, and its signature if it has one.
    ///   - signer: The subject of the signer's certificate; `nil` for a list without a signature.
    /// - Throws: ``CommandError`` where it cannot be written.
    func add(_ list: ParserList, _ file: [UInt8], signer: String? = nil) throws(CommandError) {
        let isNew = try add(file, as: list.name, for: list) == .written
        let summary = Summary.List(
            list, in: directory.path, isNew ? .written : .unchanged, signed: signer != nil,
            signer: signer)
        lists.append((list.name, summary))
    }

    /// Adds a file that goes with a list.
    ///
    /// - Parameters:
    ///   - file: The file's bytes.
    ///   - name: The file's name.
    ///   - list: The list.
    /// - Returns: What will become of it.
    /// - Throws: ``CommandError`` where it cannot be written.
    @discardableResult
    func add(
        _ file: [UInt8], as name: Path, for list: ParserList
    ) throws(CommandError) -> OutputDirectory.Outcome {
        do { return try directory.add(file, as: name, from: list.executable.path.text) } catch {
            throw CommandError("\(directory.path.text): \(error.text)")
        }
    }

    /// Brings all files to their places, unless a signal has asked the program to end.
    ///
    /// - Returns: What became of the lists that are there now.
    /// - Throws: ``CommandError`` where the files could not be brought to the disk; none of them is
    ///   in its place then.
    func commit() throws(CommandError) -> [Summary.List] {
        if Interruption.isRequested { throw CommandError("interrupted, nothing has been changed") }
        try directory.commit { name, text in
            messages.failure(directory.path.appending(name).text, text)
            lists.removeAll { $0.name == name }
        }
        return lists.map(\.summary)
    }
}
