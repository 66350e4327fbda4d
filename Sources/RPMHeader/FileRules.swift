import CLinux
import LinuxFiles

/// What the directories of a package's files say about whether the files may change.
struct FileRules: ~Copyable {
    /// The names of the files, where one of the directories asks for them; in headers older than
    /// RPM 4, their paths.
    let names: TagStrings?
    /// For each file, its directory; for each directory, its rule. None in headers so old.
    private let indexes: UnsafeBufferPointer<UInt32>
    private let rules: Table<DirectoryRule>

    init(of header: borrowing RPMHeader, _ tags: FileTags) throws(RPMHeaderError) {
        var rules = Table<DirectoryRule>()
        var named = tags[.oldFileNames]
        if let baseNames = tags[.baseNames], let dirNames = tags[.dirNames],
            var directories = try header.strings(of: dirNames)
        {
            rules = try rethrowing(
                as: RPMHeaderError.init(system:), Table(repeating: .mode, count: dirNames.count))
            named = nil
            for index in 0..<dirNames.count {
                rules[index] = DirectoryRule(directory: directories.next())
                if rules[index] == .modules { named = baseNames }
            }
        }
        let names = try header.strings(of: named)
        indexes = try header.numbers(of: tags[.dirIndexes])
        self.names = names
        self.rules = rules
    }

    /// The rule for a file's directory, and the file's name where the rule asks for it.
    ///
    /// - Parameters:
    ///   - index: The file's index.
    ///   - name: What ``names`` has of the file.
    /// - Throws: ``RPMHeaderError`` for a directory that is not in the header.
    func rule(
        of index: Int, _ name: UnsafePointer<CChar>?
    ) throws(RPMHeaderError) -> (DirectoryRule, baseName: UnsafePointer<CChar>?) {
        guard rules.count > 0 else { return Self.rule(ofOldName: name!) }
        let directory = Int(indexes[index])
        guard directory < rules.count else {
            throw RPMHeaderError(.outOfRange, tag: .dirIndexes, value: directory)
        }
        return (rules[directory], name)
    }

    /// Kept apart, as few headers are so old, and the other way is taken for every file.
    @inline(never)
    private static func rule(
        ofOldName path: UnsafePointer<CChar>
    ) -> (DirectoryRule, baseName: UnsafePointer<CChar>?) {
        let baseName = strrchr(path, Int32(UInt8(ascii: "/"))).map { UnsafePointer($0 + 1) } ?? path
        return (DirectoryRule(directory: path, count: baseName - path), baseName)
    }
}
