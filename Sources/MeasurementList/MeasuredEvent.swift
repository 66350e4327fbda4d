import DigestList

/// What an entry is about.
public struct MeasuredEvent: Equatable, Sendable {
    /// The file's path, or what else the kernel calls it.
    public var name: [UInt8]
    /// `ima` or `verity`, where the template tells; otherwise empty.
    public var digestType: [UInt8] = []
    /// The algorithm of the digest; `nil` for one that nobody knows.
    public var algorithm: HashAlgorithm?
    /// The digest of the file or the buffer.
    public var digest: [UInt8]
    /// The buffer, where the entry has it.
    public var buffer: ArraySlice<UInt8>?

    /// Reads an entry.
    ///
    /// - Returns: `nil` where the template is unknown, has no digest or no name, or where the data
    ///   is not of its fields.
    init?(_ entry: MeasurementEntry) {
        guard let fields = entry.template.fields,
            let values = entry.data.flatMap(entry.template.values)
        else { return nil }
        var name: [UInt8]?
        var digest: ArraySlice<UInt8>?
        for (field, value) in zip(fields, values) {
            switch field {
            case .name, .shortName:
                guard value.last == 0, !value.dropLast().contains(0) else { return nil }
                name = Array(value.dropLast())
            case .digest:
                digest = value
                algorithm = value.count == HashAlgorithm.md5.digestSize ? .md5 : .sha1
            case .digestWithAlgorithm, .digestWithType:
                guard let parts = DigestParts(value) else { return nil }
                let words = parts.prefix.split(separator: UInt8(ascii: ":"))
                algorithm = words.last.flatMap(HashAlgorithm.init(kernelName:))
                digestType = words.count == 2 ? Array(words[0]) : []
                digest = parts.digest
            case .buffer: buffer = value
            default: break
            }
        }
        guard let name, let digest else { return nil }
        if let algorithm, digest.count != algorithm.digestSize, !entry.isViolation { return nil }
        self.name = name
        self.digest = Array(digest)
    }
}

extension HashAlgorithm {
    /// The algorithm that the kernel gives a name.
    fileprivate init?(kernelName name: ArraySlice<UInt8>) {
        guard let algorithm = Self.allCases.first(where: { "\($0.name)".utf8.elementsEqual(name) })
        else { return nil }
        self = algorithm
    }
}
