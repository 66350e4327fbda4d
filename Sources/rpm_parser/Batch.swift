import DigestList
import LinuxFiles

/// The lists that one path stands for, their directory, and what became of each.
struct Batch: ~Copyable {
    private let lists: NamedLists
    /// The lists' directory.
    let directory: FileDescriptor
    private let immutableOnly: Bool
    private let outcomes: Memory

    /// Begins with nothing done.
    ///
    /// - Parameter lists: The lists.
    /// - Throws: ``Failure`` where their directory cannot be opened.
    init(_ lists: consuming NamedLists) throws(Failure) {
        let directory = try lists.openDirectory()
        let outcomes = try rethrowing(
            as: Failure.system,
            try Memory(count: max(lists.names.count, 1) * MemoryLayout<Report.Outcome>.stride))
        outcomes.bytes.initializeMemory(as: Report.Outcome.self, repeating: .undone)
        immutableOnly = directory.hasEntry(".immutable")
        self.directory = directory
        self.outcomes = outcomes
        self.lists = lists
    }

    /// The path of the directory, with a slash at its end unless it is empty.
    var path: [CChar] { lists.path }

    /// The number of lists.
    var count: Int { lists.names.count }

    /// Whether the lists are those of a directory, so that one of them may have gone since.
    var isDirectory: Bool { lists.isDirectory }

    /// A list's place.
    func entry(_ index: Int) -> ListEntry {
        ListEntry(
            name: lists.names[index], type: lists.names.type(of: index),
            immutableOnly: immutableOnly)
    }

    /// A list's label; `nil` where the kernel refuses it.
    func label(of index: Int) -> Label? { Label(listName: bytes(of: lists.names[index]).bytes) }

    /// The last list that was added.
    var lastAdded: Int? { (0..<count).last { self[$0].isAdded } }

    /// What became of a list.
    subscript(index: Int) -> Report.Outcome {
        get { outcome(index).pointee }
        nonmutating set { outcome(index).pointee = newValue }
    }

    private func outcome(_ index: Int) -> UnsafeMutablePointer<Report.Outcome> {
        outcomes.bytes.baseAddress!.assumingMemoryBound(to: Report.Outcome.self) + index
    }

    /// Whether the directory has a list with a label now.
    func hasFile(of label: Label) -> Bool {
        label.bytes.withUnsafeBytes { bytes in
            let name = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
            return (try? directory.status(of: name)) != nil
        } || (label.isShortened && hasLongName(label))
    }

    private func hasLongName(_ label: Label) -> Bool {
        var names = NameList()
        let isListed: Void? = try? directory.list(into: &names) {
            Label(listName: bytes(of: $0).bytes)?.bytes == label.bytes
        }
        // What cannot be ruled out counts.
        return isListed == nil || names.count > 0
    }
}
