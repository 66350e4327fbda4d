import CommandLineTool
import DigestList

extension ListDescription {
    /// Describes a compact digest list.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - abi: The numbering of types.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` where the kernel would refuse the list.
    mutating func readCompact(
        _ bytes: UnsafeRawBufferPointer, abi: ABI, withDigests: Bool
    ) throws(CommandError) {
        format = "compact"
        let trailer: SignatureTrailer?
        do {
            trailer = try SignatureTrailer(end: bytes.bytes, fileSize: bytes.count)
        } catch {
            throw CommandError("\(error.reason)")
        }
        var list = bytes
        if let trailer {
            let signature = Int(trailer.signatureLength)
            list = .init(rebasing: bytes.dropLast(SignatureTrailer.size + signature))
        }
        try readBlocks(list, abi: abi, withDigests: withDigests)
        if let trailer {
            try readSignature(trailer, .init(rebasing: bytes[list.count...]))
        }
    }

    private mutating func readBlocks(
        _ list: UnsafeRawBufferPointer, abi: ABI, withDigests: Bool
    ) throws(CommandError) {
        var blocks = CompactBlocks(abi: abi)
        var described: [Block] = []
        var digests: [Digest] = []
        do {
            while let block = try blocks.next(in: list.bytes) {
                described.append(Block(block.header))
                guard withDigests else { continue }
                for start in stride(
                    from: block.digests.lowerBound, to: block.digests.upperBound,
                    by: block.header.algorithm.digestSize)
                {
                    let digest = list[start..<start + block.header.algorithm.digestSize]
                    digests.append(Digest(digest, of: block.header))
                }
            }
        } catch {
            let place = "block \(described.count + 1), at byte \(blocks.offset)"
            throw CommandError("\(error.reason) (\(place), ABI \(abi.name))")
        }
        self.blocks = described
        mutable = described.filter { !$0.immutable }.reduce(0) { $0 + $1.count }
        immutable = described.filter(\.immutable).reduce(0) { $0 + $1.count }
        if withDigests { self.digests = digests }
    }

    /// Describes an appended signature.
    ///
    /// - Parameters:
    ///   - trailer: The signature's trailer.
    ///   - data: The file from the signature data on.
    /// - Throws: ``CommandError`` where the data is not what the trailer says.
    mutating func readSignature(
        _ trailer: SignatureTrailer, _ data: UnsafeRawBufferPointer
    ) throws(CommandError) {
        let data = UnsafeRawBufferPointer(rebasing: data.prefix(Int(trailer.signatureLength)))
        var description = SignatureDescription(kind: trailer.kind, size: data.count)
        // What can be said of a broken signature is said.
        defer { signature = description }
        try description.read(data, kind: trailer.kind)
    }
}

extension ListDescription.Block {
    fileprivate init(_ header: CompactHeader) {
        type = "\(header.type.name)"
        algorithm = "\(header.algorithm.name)"
        immutable = header.modifiers.contains(.immutable)
        modifiers = header.modifiers.rawValue
        count = Int(header.count)
    }
}

extension ListDescription.Digest {
    fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>, of header: CompactHeader) {
        algorithm = "\(header.algorithm.name)"
        digest = hexadecimal(bytes)
        immutable = header.modifiers.contains(.immutable)
    }
}

extension ABI {
    /// The name that `--abi` takes.
    var name: String {
        switch self {
        case .v2: "v2"
        case .v3: "v3"
        }
    }
}
