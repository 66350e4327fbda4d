import CommandLineTool
import DigestList

/// A list that the kernel holds, or an entry that stands for one.
struct LoadedList {
    /// The name in `digest_lists_loaded`, `<algorithm>-<digest>-<label>`.
    let name: Path
    /// The label.
    let label: ListLabel
    /// The position among the names of ``LoadedState``.
    let position: Int
    /// The list itself; `nil` where the kernel has it under another label or not any more.
    var content: Content?

    /// What a list holds.
    struct Content {
        /// The list's size, in bytes.
        var size: Int
        /// The SHA-256 of its bytes.
        var digest: [UInt8]
        /// The headers of its blocks, without those of the tail.
        var blocks: [CompactHeader] = []
        /// What the parser has put behind its blocks, if it was the parser.
        var tail: UploadTail?
        /// The digests of parsers.
        var parsers: [ParserDigest] = []
        /// What IMA has done with it.
        var actions: ListActions
    }

    /// The digest of an executable that the kernel lets upload digest lists.
    struct ParserDigest: Hashable {
        /// The digest's algorithm.
        var algorithm: HashAlgorithm
        /// The digest.
        var digest: [UInt8]
    }

    /// The start of the name, `<algorithm>-<digest>-`, the same for every entry of a list.
    var identity: ArraySlice<UInt8> { name.bytes.dropLast(label.path.bytes.count) }

    /// The hash of the label that the list was uploaded for, where that is not the one it has.
    var foreignHash: UInt64? {
        guard let tail = content?.tail, tail != label.tail else { return nil }
        return tail.labelHash
    }

    /// The algorithm of the list's own digest.
    var algorithm: HashAlgorithm? {
        let word = name.bytes.prefix { $0 != UInt8(ascii: "-") }
        return HashAlgorithm(kernelName: String(decoding: word, as: UTF8.self))
    }
}

extension LoadedList.Content {
    /// Takes a list apart.
    ///
    /// - Parameters:
    ///   - bytes: The list.
    ///   - digest: The SHA-256 of its bytes.
    ///   - actions: What IMA has done with it.
    ///   - abi: The numbering of types.
    /// - Throws: ``CompactListError`` where the kernel can have no such list.
    init(
        _ bytes: UnsafeRawBufferPointer, digest: [UInt8], actions: ListActions, abi: ABI
    ) throws(CompactListError) {
        self.init(size: bytes.count, digest: digest, actions: actions)
        var walk = CompactBlocks(abi: abi)
        while let block = try walk.next(in: bytes.bytes) {
            blocks.append(block.header)
            guard block.header.type == .parser else { continue }
            let algorithm = block.header.algorithm
            for start in stride(
                from: block.digests.lowerBound, to: block.digests.upperBound,
                by: algorithm.digestSize)
            {
                let digest = Array(bytes[start..<start + algorithm.digestSize])
                parsers.append(LoadedList.ParserDigest(algorithm: algorithm, digest: digest))
            }
        }
        tail = blocks.removeTail(of: bytes.bytes, abi: abi)
    }

    /// The number of digests of files that may change.
    var mutable: Int { count { !$0.modifiers.contains(.immutable) } }

    /// The number of digests of files that may not.
    var immutable: Int { count { $0.modifiers.contains(.immutable) } }

    private func count(where isCounted: (CompactHeader) -> Bool) -> Int {
        blocks.filter(isCounted).reduce(0) { $0 + Int($1.count) }
    }
}

extension HashAlgorithm {
    /// The algorithm with a name of the kernel.
    ///
    /// - Parameter kernelName: The name, as in `hash_algo_name` of `crypto/hash_info.c`.
    init?(kernelName: some StringProtocol) {
        guard let found = Self.allCases.first(where: { "\($0.name)" == kernelName }) else {
            return nil
        }
        self = found
    }
}
