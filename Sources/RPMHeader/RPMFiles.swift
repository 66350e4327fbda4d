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
    package let tags: FileTags
    private let digests: TagStrings?
    private let modes: UnsafeBufferPointer<UInt16>
    private let sizes: UnsafeBufferPointer<UInt32>
    /// Where there are these, the others do not count.
    private let longSizes: UnsafeBufferPointer<UInt64>
    private let rules: FileRules

    /// Reads the tags that describe files.
    ///
    /// - Parameter list: The digest list.
    /// - Throws: ``RPMHeaderError`` with the tag that is missing or wrong.
    public init(of list: consuming RPMDigestList) throws(RPMHeaderError) {
        let tags = try FileTags(of: list)
        let count = try tags.fileCount()
        let header = try RPMHeader(importing: list)
        let rules = try FileRules(of: header, tags)
        let isLong = tags[.longFileSizes] != nil
        (algorithm, digests, modes, sizes, longSizes) = try (
            header.digestAlgorithm(tags), header.strings(of: tags[.fileDigests]),
            header.numbers(of: tags[.fileModes]),
            header.numbers(of: isLong ? nil : tags[.fileSizes]),
            header.numbers(of: tags[.longFileSizes])
        )
        self.tags = tags
        self.count = count
        self.header = header
        self.rules = rules
    }
}

extension RPMFiles {
    /// Goes through the regular files, in the header's order.
    ///
    /// - Parameter body: What to do with a file. It gets the file's index; its digest in digits,
    ///   twice the digest's size, which need not be hexadecimal; and whether it may not change.
    /// - Throws: ``RPMHeaderError`` for a digest of another length than the algorithm's, or a
    ///   directory that is not in the header; or what the body throws.
    public func forEach(
        _ body: (Int, UnsafePointer<UInt8>, Bool) throws(RPMHeaderError) -> Void
    ) throws(RPMHeaderError) {
        guard var digests else { return }
        var names = rules.names
        for index in 0..<count {
            let digits = try digests.next(length: 2 * algorithm.digestSize)
            let isImmutable = try isImmutable(index, names?.next())
            if let digits { try body(index, digits, isImmutable) }
        }
    }

    private func isImmutable(
        _ index: Int, _ name: UnsafePointer<CChar>?
    ) throws(RPMHeaderError) -> Bool {
        let (rule, baseName) = try rules.rule(of: index, name)
        let size = longSizes.isEmpty ? UInt64(sizes[index]) : longSizes[index]
        return rule.isImmutable(mode: modes[index], size: size, baseName: baseName)
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
        // No more digests than the header has room for.
        let capacity = min(count, header.dataSize / (2 * algorithm.digestSize + 1))
        guard list.begin(algorithm: algorithm, capacity: capacity) else {
            throw RPMHeaderError(.system(.noMemory))
        }
        try forEach { index, digits, isImmutable throws(RPMHeaderError) in
            // Also of digests that are left out: two short ones may look like one.
            guard list.append(hexadecimal: digits, immutable: isImmutable) else {
                throw RPMHeaderError(.digestDigits, tag: .fileDigests, value: index)
            }
        }
        return try rethrowing(
            as: { (_: CompactListError) in RPMHeaderError(.tooManyDigests) },
            try list.finish(label: label, abi: abi, immutableOnly: immutableOnly))
    }
}

extension RPMHeader {
    /// The algorithm of the file digests; RPM's oldest where the header names none.
    fileprivate func digestAlgorithm(_ tags: FileTags) throws(RPMHeaderError) -> HashAlgorithm {
        let numbers: UnsafeBufferPointer<UInt32> = try numbers(of: tags[.fileDigestAlgorithm])
        guard let number = numbers.first else { return .md5 }
        guard let algorithm = HashAlgorithm(openPGP: number) else {
            throw RPMHeaderError(.algorithm, tag: .fileDigestAlgorithm, value: Int(number))
        }
        return algorithm
    }
}
