import CLinux
import DigestList
import LinuxFiles

/// The files of a package, as its header lists them.
public struct RPMFiles: ~Copyable {
    /// The package's header.
    public let header: RPMHeader
    /// The number of files.
    public let count: Int
    /// The digests' algorithm.
    public let algorithm: HashAlgorithm
    private let digests: TagStrings?
    private let modes: TagValues
    private let sizes: TagValues
    private let hasLongSizes: Bool
    private let paths: FilePaths

    /// Reads the tags that describe files.
    ///
    /// - Parameters:
    ///   - list: The digest list.
    ///   - names: Whether ``path(of:)`` will be asked for.
    /// - Throws: ``RPMHeaderError`` with the tag that is missing or wrong.
    public init(
        of list: consuming RPMDigestList, names: Bool = false
    ) throws(RPMHeaderError) {
        let tags = try FileTags(of: list)
        let count = try tags.fileCount()
        let hasLongSizes = tags.longSizes != nil
        let header = try RPMHeader(importing: list)
        let algorithm = try header.digestAlgorithm(isGiven: tags.algorithm != nil)
        let digests = try tags.digests.map { entry throws(RPMHeaderError) in
            try header.strings(of: entry, .fileDigests)
        }
        let modes = try header.values(of: .fileModes, count: count)
        let sizes = try header.values(
            of: hasLongSizes ? .longFileSizes : .fileSizes, count: count)
        paths = try FilePaths(of: header, tags: tags, count: count, names: names)
        self.count = count
        self.header = header
        self.algorithm = algorithm
        self.digests = digests
        self.modes = modes
        self.sizes = sizes
        self.hasLongSizes = hasLongSizes
    }
}

extension RPMFiles {
    /// One file of a package.
    public struct File {
        /// The file's index.
        public let index: Int
        /// The file's digest: digits, twice the digest's size, which need not be hexadecimal; `nil`
        /// for what is no regular file.
        public let digits: UnsafePointer<UInt8>?
        /// Whether the file may not change.
        public let isImmutable: Bool
    }

    /// Goes through the files, in the header's order.
    ///
    /// - Parameter body: What to do with a file.
    /// - Throws: ``RPMHeaderError`` for a digest of another length than the algorithm's, or a
    ///   directory that is not in the header; or what the body throws.
    public func forEach(_ body: (File) throws(RPMHeaderError) -> Void) throws(RPMHeaderError) {
        guard var digests else { return }
        for index in 0..<count {
            try body(
                File(
                    index: index, digits: try digests.next(length: 2 * algorithm.digestSize),
                    isImmutable: try isImmutable(index)))
        }
    }

    private func isImmutable(_ index: Int) throws(RPMHeaderError) -> Bool {
        let size =
            hasLongSizes
            ? sizes.pointer(to: UInt64.self)[index]
            : UInt64(sizes.pointer(to: UInt32.self)[index])
        let mode = modes.pointer(to: UInt16.self)[index]
        return try paths.rule(of: index).isImmutable(mode: mode, size: size) {
            paths.baseName(of: index)
        }
    }

    /// A file's path, in two parts that live as long as the header.
    ///
    /// The header must have been read with its names.
    ///
    /// - Parameter index: The file's index, less than ``count``.
    /// - Throws: ``RPMHeaderError`` where the file's directory is not in the header.
    public func path(
        of index: Int
    ) throws(RPMHeaderError) -> (directory: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) {
        precondition(index < count)
        return (try paths.directory(of: index), paths.baseName(of: index))
    }

    /// Converts the package's digests to a compact list.
    ///
    /// - Parameters:
    ///   - list: Where the list is built.
    ///   - label: The label under which the list will be loaded.
    ///   - abi: The numbering of types.
    ///   - immutableOnly: Whether the digests of files that may change are left out.
    /// - Returns: How many digests the list has; without any, the list is empty.
    /// - Throws: ``RPMHeaderError`` with the first digest or file that is wrong.
    public func convert(
        into list: inout CompactListBuffer, label: Label, abi: ABI, immutableOnly: Bool
    ) throws(RPMHeaderError) -> CompactListBuffer.Counts {
        guard list.begin(algorithm: algorithm, capacity: digestCapacity) else {
            throw RPMHeaderError(.system(.noMemory))
        }
        try forEach { file throws(RPMHeaderError) in
            // Also of digests that are left out: two short ones may look like one.
            guard let digits = file.digits else { return }
            guard list.append(hexadecimal: digits, immutable: file.isImmutable) else {
                throw RPMHeaderError(.digestDigits, tag: .fileDigests, value: UInt64(file.index))
            }
        }
        do throws(CompactListError) {
            return try list.finish(label: label, abi: abi, immutableOnly: immutableOnly)
        } catch {
            throw RPMHeaderError(.tooManyDigests)
        }
    }

    /// The most digests that the header has room for.
    private var digestCapacity: Int {
        min(count, header.size / (2 * algorithm.digestSize + 1))
    }
}

extension RPMHeader {
    /// The algorithm of the file digests; RPM's oldest where the header names none.
    fileprivate func digestAlgorithm(isGiven: Bool) throws(RPMHeaderError) -> HashAlgorithm {
        guard isGiven else { return .md5 }
        let number = try values(of: .fileDigestAlgorithm, count: 1)
            .pointer(to: UInt32.self).pointee
        guard let algorithm = HashAlgorithm(openPGP: number) else {
            throw RPMHeaderError(.algorithm, tag: .fileDigestAlgorithm, value: UInt64(number))
        }
        return algorithm
    }
}
