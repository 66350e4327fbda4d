/// What a header's index says of the tags that a conversion looks at.
///
/// It is read before librpm sees the header, and all counts are compared first.
package struct FileTags {
    /// What the index says of one tag.
    package struct Entry {
        let tag: RPMTag
        /// Where the values begin, in bytes from the start of the data.
        let offset: Int
        package let count: Int
    }

    private var entries: [Entry] = []

    /// What the index says of a tag; `nil` where it is not in the header.
    package subscript(tag: RPMTag) -> Entry? { entries.first { $0.tag == tag } }

    /// Reads the index of a header.
    ///
    /// - Parameter list: The digest list, whose index is known to fit into the file.
    /// - Throws: ``RPMHeaderError`` for a tag that is wrong, and for a source package: the digests
    ///   of its files are those of no installed ones.
    init(of list: borrowing RPMDigestList) throws(RPMHeaderError) {
        let header = list.header
        for start in stride(from: 8, to: list.dataStart, by: RPMDigestList.entrySize) {
            guard let tag = RPMTag(rawValue: UInt32(header.number(at: start))) else { continue }
            guard self[tag] == nil else { throw RPMHeaderError(.twice, tag: tag) }
            let type = header.number(at: start + 4)
            guard type == tag.type else { throw RPMHeaderError(.type, tag: tag, value: type) }
            let (offset, count) = (header.number(at: start + 8), header.number(at: start + 12))
            entries.append(Entry(tag: tag, offset: offset, count: count))
        }
        guard self[.sourceRPM] != nil, self[.sourcePackage] == nil else {
            throw RPMHeaderError(.sourcePackage)
        }
    }

    /// Whether the files have the paths of headers older than RPM 4.
    package var hasOldNames: Bool { self[.baseNames] == nil && self[.oldFileNames] != nil }

    /// The number of files, 0 for a package without any, once all tags agree on it.
    func fileCount() throws(RPMHeaderError) -> Int {
        guard let count = self[.fileDigests]?.count else {
            // A package without files has none of the tags; with files it must have this one.
            guard self[.baseNames] == nil, self[.oldFileNames] == nil else {
                throw RPMHeaderError(.missing, tag: .fileDigests)
            }
            return 0
        }
        try require(.fileModes, count: count)
        try require(self[.longFileSizes] != nil ? .longFileSizes : .fileSizes, count: count)
        if hasOldNames {
            try require(.oldFileNames, count: count)
        } else {
            try require(.baseNames, count: count)
            try require(.dirIndexes, count: count)
            let directories = try self.count(of: .dirNames)
            guard directories <= count else {
                throw RPMHeaderError(.moreThanFiles, tag: .dirNames, value: directories)
            }
        }
        if self[.fileDigestAlgorithm] != nil { try require(.fileDigestAlgorithm, count: 1) }
        return count
    }

    private func require(_ tag: RPMTag, count: Int) throws(RPMHeaderError) {
        let actual = try self.count(of: tag)
        guard actual == count else { throw RPMHeaderError(.count, tag: tag, value: actual) }
    }

    private func count(of tag: RPMTag) throws(RPMHeaderError) -> Int {
        guard let entry = self[tag] else { throw RPMHeaderError(.missing, tag: tag) }
        return entry.count
    }
}
