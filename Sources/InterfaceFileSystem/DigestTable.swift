import DigestList

/// The digests of all loaded lists, each with the numbers of the lists that name it.
struct DigestTable {
    private var references: [Digest: References] = [:]
    private var counts: [ListType: Int] = [:]

    /// The number of different digests of a type.
    func count(of type: ListType) -> Int { counts[type, default: 0] }

    /// The numbers of the lists that name a digest, in their order.
    func lists(
        naming digest: [UInt8], _ type: ListType, _ algorithm: HashAlgorithm
    ) -> [UInt64] {
        references[Digest(digest[...], type, algorithm)]?.lists ?? []
    }

    /// Whether one of the lists that name a digest is such a one.
    func isNamed(
        _ digest: ArraySlice<UInt8>, _ type: ListType, _ algorithm: HashAlgorithm,
        byListWhere isMatch: (UInt64) -> Bool
    ) -> Bool {
        references[Digest(digest, type, algorithm)]?.contains(where: isMatch) ?? false
    }

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
                if references[digest]?.add(list.number) == nil {
                    references[digest] = .one(list.number)
                }
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
                if references[digest]?.remove(list.number) == true { references[digest] = nil }
            }
            counts[header.type, default: 0] += references.count - before
        }
    }
}

/// The numbers of the lists that name a digest, each as often as the list does.
///
/// Nearly always one: only more of them take memory of their own.
private enum References {
    case one(UInt64)
    case several([UInt64])

    mutating func add(_ list: UInt64) {
        var all = takeAll()
        all.append(list)
        self = .several(all)
    }

    /// Takes one away, and says whether none is left.
    mutating func remove(_ list: UInt64) -> Bool {
        var all = takeAll()
        if let index = all.lastIndex(of: list) { all.remove(at: index) }
        self = .several(all)
        return all.isEmpty
    }

    /// The lists in their order, each once.
    var lists: [UInt64] {
        switch self {
        case .one(let list): [list]
        case .several(let lists): Set(lists).sorted()
        }
    }

    /// Whether one of them is such a one.
    func contains(where isMatch: (UInt64) -> Bool) -> Bool {
        switch self {
        case .one(let list): isMatch(list)
        case .several(let lists): lists.contains(where: isMatch)
        }
    }

    /// All of them, of which none is left here, so that they can be changed in place.
    private mutating func takeAll() -> [UInt64] {
        defer { self = .several([]) }
        switch self {
        case .one(let list): return [list]
        case .several(let lists): return lists
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
