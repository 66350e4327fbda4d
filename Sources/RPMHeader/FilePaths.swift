import LinuxFiles

/// Where a package's files are, and what their directories say about them.
///
/// Names are fetched only where they are needed: for most packages the directories tell all.
struct FilePaths: ~Copyable {
    private var baseNames = TagValues()
    private var dirNames = TagValues()
    private var dirIndexes = TagValues()
    private var oldFileNames = TagValues()
    /// For each directory, its rule.
    private var rules = UnsafeMutableBufferPointer<DirectoryRule>(start: nil, count: 0)
    private var rulesMemory: Memory?

    init(
        of header: borrowing RPMHeader, tags: FileTags, count: Int, names: Bool
    ) throws(RPMHeaderError) {
        guard count > 0 else { return }
        guard let dirs = tags.dirNames, tags.baseNames != nil else {
            oldFileNames = try header.names(of: .oldFileNames, count: count)
            return
        }
        dirIndexes = try header.values(of: .dirIndexes, count: count)
        var directories = try header.strings(of: dirs, .dirNames)
        let memory = try RPMDigestList.allocate(
            Int(dirs.count) * MemoryLayout<DirectoryRule>.stride)
        rules = memory.bytes.bindMemory(to: DirectoryRule.self)
        for index in rules.indices {
            rules.initializeElement(at: index, to: DirectoryRule(directory: directories.next()))
        }
        rulesMemory = consume memory
        if names { dirNames = try header.names(of: .dirNames, count: Int(dirs.count)) }
        if names || rules.contains(where: { $0 == .modules }) {
            baseNames = try header.names(of: .baseNames, count: count)
        }
    }

    /// The rule for a file's directory.
    func rule(of index: Int) throws(RPMHeaderError) -> DirectoryRule {
        guard oldFileNames.count == 0 else { return ruleOfOldName(index) }
        return rules[try directoryIndex(of: index)]
    }

    /// Kept apart, as few headers are so old, and the other way is taken for every file.
    @inline(never)
    private func ruleOfOldName(_ index: Int) -> DirectoryRule {
        let directory = oldParts(of: index).directory
        return DirectoryRule(
            directory: directory.baseAddress!.assumingMemoryBound(to: CChar.self),
            count: directory.count)
    }

    /// A file's directory, with the slash at its end.
    func directory(of index: Int) throws(RPMHeaderError) -> UnsafeRawBufferPointer {
        guard oldFileNames.count == 0 else { return oldParts(of: index).directory }
        return dirNames.string(at: try directoryIndex(of: index))
    }

    /// A file's name without its directory.
    func baseName(of index: Int) -> UnsafeRawBufferPointer {
        guard oldFileNames.count == 0 else { return oldParts(of: index).name }
        return baseNames.string(at: index)
    }

    private func directoryIndex(of index: Int) throws(RPMHeaderError) -> Int {
        let directory = dirIndexes.pointer(to: UInt32.self)[index]
        guard directory < rules.count else {
            throw RPMHeaderError(.outOfRange, tag: .dirIndexes, value: UInt64(directory))
        }
        return Int(directory)
    }

    private func oldParts(
        of index: Int
    ) -> (directory: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) {
        let path = oldFileNames.string(at: index)
        let end = (path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
        return (.init(rebasing: path[..<end]), .init(rebasing: path[end...]))
    }
}

extension TagValues {
    /// One of the strings of a tag, without its NUL.
    fileprivate func string(at index: Int) -> UnsafeRawBufferPointer {
        precondition(index < count)
        return bytes(of: pointer(to: UnsafePointer<CChar>.self)[index])
    }
}
