import DigestList

/// The digests of all loaded lists, each with the number of times that the lists name it.
struct DigestTable {
    private var references: [Digest: UInt32] = [:]
    private var counts: [ListType: Int] = [:]

    /// The number of different digests of a type.
    func count(of type: ListType) -> Int { counts[type, default: 0] }

    /// Adds the digests of a list.
    ///
    /// - Parameters:
    ///   - list: The list, found valid before.
    ///   - abi: The numbering of types.
    mutating func add(_ list: LoadedList, abi: ABI) {
        list.forEachBlock(abi: abi) { block in
            let header = block.header
            let before = references.count
            for range in block.digestRanges {
                let digest = Digest(list.bytes[range], header.type, header.algorithm)
                references[digest, default: 0] += 1
            }
            counts[header.type, default: 0] += references.count - before
        }
    }

    /// Takes the digests of a list back.
    ///
    /// - Parameters:
    ///   - list: A list that was added.
    ///   - abi: The numbering of types.
    mutating func remove(_ list: LoadedList, abi: ABI) {
        list.forEachBlock(abi: abi) { block in
            let header = block.header
            let before = references.count
            for range in block.digestRanges {
                let digest = Digest(list.bytes[range], header.type, header.algorithm)
                let count = references[digest, default: 1]
                references[digest] = count == 1 ? nil : count - 1
            }
            counts[header.type, default: 0] += references.count - before
        }
    }
}

/// A digest with its type and algorithm, in one piece of memory: there may be a million of them.
private struct Digest: Hashable {
    private var words = InlineArray<8, UInt64>(repeating: 0)
    private let type: ListType
    private let algorithm: HashAlgorithm

    init(_ bytes: ArraySlice<UInt8>, _ type: ListType, _ algorithm: HashAlgorithm) {
        self.type = type
        self.algorithm = algorithm
        var span = words.mutableSpan
        span.withUnsafeMutableBytes { $0.copyBytes(from: bytes.prefix(64)) }
    }

    func hash(into hasher: inout Hasher) {
        for index in 0..<(algorithm.digestSize + 7) / 8 { hasher.combine(words[index]) }
    }

    static func == (left: Digest, right: Digest) -> Bool {
        left.type == right.type && left.algorithm == right.algorithm
            && left.words.indices.allSatisfy { left.words[$0] == right.words[$0] }
    }
}
