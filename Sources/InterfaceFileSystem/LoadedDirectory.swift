/// The directory `digest_lists_loaded`: names, and the lists that they stand for.
///
/// A name may outlive its list, and then stands for nothing.
struct LoadedDirectory {
    /// A file of the directory.
    struct File: Equatable {
        /// What the file shows.
        enum Content {
            /// The list's bytes.
            case binary
            /// The list in words.
            case ascii
        }

        /// A number that no other file ever has.
        let number: UInt64
        /// What the file shows.
        let content: Content
        /// The digest of the list that the file stands for.
        let digest: [UInt8]
        /// The name under which that list was added, if it is the one that this file shows.
        let listName: [UInt8]
    }

    private var files: [[UInt8]: File] = [:]
    private var names: [UInt64: [UInt8]] = [:]
    private var nextNumber: UInt64 = 0
    private var sorted: [[UInt8]]?

    /// The number of names.
    var count: Int { files.count }

    /// The file with a name.
    subscript(name: [UInt8]) -> File? { files[name] }

    /// The file with a number; `nil` once it has gone.
    subscript(number: UInt64) -> File? {
        names[number].flatMap { files[$0] }
    }

    /// All names in the order of their bytes.
    mutating func sortedNames() -> [[UInt8]] {
        if let sorted { return sorted }
        let names = files.keys.sorted { $0.lexicographicallyPrecedes($1) }
        sorted = names
        return names
    }

    /// Makes the pair of files of a list.
    ///
    /// - Parameters:
    ///   - pair: Their names.
    ///   - digest: The list's digest.
    /// - Throws: `EEXIST`, and then makes neither, where one of the names is taken.
    mutating func insert(_ pair: EntryNames, digest: [UInt8]) throws(InterfaceError) {
        guard files[pair.binary] == nil, files[pair.ascii] == nil else { throw .exists }
        insert(pair.binary, .binary, digest, pair.binary)
        insert(pair.ascii, .ascii, digest, pair.binary)
    }

    private mutating func insert(
        _ name: [UInt8], _ content: File.Content, _ digest: [UInt8], _ listName: [UInt8]
    ) {
        files[name] = File(
            number: nextNumber, content: content, digest: digest, listName: listName)
        names[nextNumber] = name
        nextNumber += 1
        sorted = nil
    }

    /// Whether both files of a pair are there.
    func contains(_ pair: EntryNames) -> Bool {
        files[pair.binary] != nil && files[pair.ascii] != nil
    }

    /// Takes the files of a pair away.
    mutating func remove(_ pair: EntryNames) {
        for name in [pair.binary, pair.ascii] {
            guard let file = files.removeValue(forKey: name) else { continue }
            names[file.number] = nil
            sorted = nil
        }
    }
}
