import CRPM
import DigestList

/// What a header's index says of the tags that describe files.
///
/// It is read before librpm sees the header: librpm allocates memory for each string of a tag, so
/// all counts are compared first, and every allocation stays in proportion to the file.
struct FileTags {
    private(set) var digests: Entry?
    private(set) var algorithm: Entry?
    private(set) var modes: Entry?
    private(set) var sizes: Entry?
    private(set) var longSizes: Entry?
    private(set) var baseNames: Entry?
    private(set) var dirNames: Entry?
    private(set) var dirIndexes: Entry?
    private(set) var oldFileNames: Entry?
    private var hasSourceRPM = false
    private var hasSourcePackage = false

    /// What the index says of one tag.
    struct Entry {
        var type: UInt32
        /// Where the values begin, in bytes from the start of the data.
        var offset: UInt32
        var count: UInt32
    }

    /// Reads the index of a header.
    ///
    /// - Parameter list: The digest list, whose index is known to fit into the file.
    /// - Throws: ``RPMHeaderError`` for a tag that is wrong, and for a source package: the digests
    ///   of its files are those of no installed ones.
    init(of list: borrowing RPMDigestList) throws(RPMHeaderError) {
        let header = list.header
        let entries = Int(UInt32(bigEndian: header.load(as: UInt32.self)))
        for index in 0..<entries {
            let start = 8 + RPMDigestList.entrySize * index
            func field(_ offset: Int) -> UInt32 {
                UInt32(bigEndian: header.load(fromByteOffset: start + offset, as: UInt32.self))
            }
            try note(RPMTag(rawValue: field(0))) {
                Entry(type: field(4), offset: field(8), count: field(12))
            }
        }
        guard hasSourceRPM, !hasSourcePackage else { throw RPMHeaderError(.sourcePackage) }
    }

    private mutating func note(_ tag: RPMTag, _ entry: () -> Entry) throws(RPMHeaderError) {
        switch tag {
        case .fileDigests: try set(&digests, entry, tag)
        case .fileDigestAlgorithm: try set(&algorithm, entry, tag, type: RPM_INT32_TYPE)
        case .fileModes: try set(&modes, entry, tag, type: RPM_INT16_TYPE)
        case .fileSizes: try set(&sizes, entry, tag, type: RPM_INT32_TYPE)
        case .longFileSizes: try set(&longSizes, entry, tag, type: RPM_INT64_TYPE)
        case .baseNames: try set(&baseNames, entry, tag)
        case .dirNames: try set(&dirNames, entry, tag)
        case .dirIndexes: try set(&dirIndexes, entry, tag, type: RPM_INT32_TYPE)
        case .oldFileNames: try set(&oldFileNames, entry, tag)
        case .sourceRPM: hasSourceRPM = true
        case .sourcePackage: hasSourcePackage = true
        default: break
        }
    }

    private func set(
        _ target: inout Entry?, _ entry: () -> Entry, _ tag: RPMTag,
        type: rpmTagType_e = RPM_STRING_ARRAY_TYPE
    ) throws(RPMHeaderError) {
        let entry = entry()
        guard target == nil else { throw RPMHeaderError(.twice, tag: tag) }
        guard entry.type == type.rawValue else {
            throw RPMHeaderError(.type, tag: tag, value: UInt64(entry.type))
        }
        target = entry
    }
}

extension FileTags {
    /// The number of files, 0 for a package without any, once all tags agree on it.
    func fileCount() throws(RPMHeaderError) -> Int {
        guard let digests else {
            // A package without files has none of the tags; with files it must have this one.
            if baseNames != nil || oldFileNames != nil {
                throw RPMHeaderError(.missing, tag: .fileDigests)
            }
            return 0
        }
        let count = digests.count
        try require(modes, .fileModes, count: count)
        if longSizes != nil {
            try require(longSizes, .longFileSizes, count: count)
        } else {
            try require(sizes, .fileSizes, count: count)
        }
        if baseNames == nil, oldFileNames != nil {
            try require(oldFileNames, .oldFileNames, count: count)
        } else {
            try require(baseNames, .baseNames, count: count)
            try require(dirIndexes, .dirIndexes, count: count)
            guard let dirNames else { throw RPMHeaderError(.missing, tag: .dirNames) }
            guard dirNames.count <= count else {
                throw RPMHeaderError(
                    .moreThanFiles, tag: .dirNames, value: UInt64(dirNames.count))
            }
        }
        if let algorithm, algorithm.count != 1 {
            throw RPMHeaderError(
                .count, tag: .fileDigestAlgorithm, value: UInt64(algorithm.count))
        }
        return Int(count)
    }

    private func require(
        _ entry: Entry?, _ tag: RPMTag, count: UInt32
    ) throws(RPMHeaderError) {
        guard let entry else { throw RPMHeaderError(.missing, tag: tag) }
        guard entry.count == count else {
            throw RPMHeaderError(.count, tag: tag, value: UInt64(entry.count))
        }
    }
}
