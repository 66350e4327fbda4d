import DigestList
import DigestListTools
import Testing

@Suite("Compact lists") struct CompactListTests {
    @Test("A list reads as it was written", arguments: HashAlgorithm.allCases)
    func reading(algorithm: HashAlgorithm) throws {
        let size = algorithm.digestSize
        let first = digests(3, size: size)
        let second = digests(1, size: size, from: 9)
        let list =
            RawBlock(algorithm: algorithm.rawValue, digests: first).bytes
            + RawBlock(type: 2, modifiers: 1, algorithm: algorithm.rawValue, digests: second).bytes
        let blocks = try blocks(of: list)
        #expect(
            blocks.map(\.header) == [
                CompactHeader(type: .file, modifiers: [], algorithm: algorithm, count: 3),
                CompactHeader(
                    type: .metadata, modifiers: .immutable, algorithm: algorithm, count: 1),
            ])
        #expect(
            blocks.map { Array(list[$0.digests]) }
                == [first, [second[0]]].map { $0.flatMap { $0 } })
    }

    @Test("Encoding a header gives the bytes of the format", arguments: [ABI.v2, .v3])
    func encoding(abi: ABI) throws {
        for algorithm in HashAlgorithm.allCases {
            for type in [ListType.parser, .file, .metadata] {
                for modifiers in [0, 1, 0x8001, 0xffff] as [UInt16] {
                    let header = CompactHeader(
                        type: type, modifiers: .init(rawValue: modifiers), algorithm: algorithm,
                        count: 0x0102_0304 / 64)
                    let bytes = try encoded(header, abi: abi)
                    var expected = RawBlock(
                        type: try #require(type.number(in: abi)), modifiers: modifiers,
                        algorithm: algorithm.rawValue, digests: [])
                    expected.count = header.count
                    expected.dataSize = header.count * UInt32(algorithm.digestSize)
                    #expect(bytes == expected.bytes)
                    let span = bytes.span
                    #expect(try CompactHeader(from: span.bytes, at: 0, abi: abi) == header)
                }
            }
        }
    }

    private func encoded(_ header: CompactHeader, abi: ABI) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xee, count: CompactHeader.size)
        try bytes.withUnsafeMutableBytes { try header.encode(into: $0, abi: abi) }
        return bytes
    }

    @Test("A header that cannot be written is refused")
    func impossibleHeaders() {
        let key = CompactHeader(type: .key, modifiers: [], algorithm: .sha256, count: 1)
        #expect(throws: CompactListError.type) { try encoded(key, abi: .v3) }
        #expect(throws: Never.self) { try encoded(key, abi: .v2) }
        // 2^27 SHA-256 digests are 4 GiB, one byte more than the field can hold.
        let many = CompactHeader(type: .file, modifiers: [], algorithm: .sha256, count: 1 << 27)
        #expect(throws: CompactListError.dataLength) { try encoded(many, abi: .v3) }
        let fewer = CompactHeader(
            type: .file, modifiers: [], algorithm: .sha256, count: 1 << 27 - 1)
        #expect(throws: Never.self) { try encoded(fewer, abi: .v3) }
    }

    @Test("A list without bytes has no blocks")
    func emptyList() throws {
        #expect(try blocks(of: []).isEmpty)
    }

    @Test("A block of no digests is accepted, as by the kernel")
    func emptyBlock() throws {
        let list = RawBlock(digests: []).bytes
        #expect(try blocks(of: list).map(\.header.count) == [0])
    }
}

@Suite("Malformed compact lists") struct MalformedListTests {
    /// What to change in a block that is in order, and what is found.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var error: CompactListError
        var change: @Sendable (inout RawBlock) -> Void
    }

    static let cases = [
        Case(testDescription: "version 0", error: .version) { $0.version = 0 },
        Case(testDescription: "version 2", error: .version) { $0.version = 2 },
        Case(testDescription: "version 255", error: .version) { $0.version = 255 },
        Case(testDescription: "reserved byte 1", error: .reserved) { $0.reserved = 1 },
        Case(testDescription: "reserved byte 128", error: .reserved) { $0.reserved = 128 },
        Case(testDescription: "type DIGEST_LIST", error: .type) { $0.type = 3 },
        Case(testDescription: "type 0x0101", error: .type) { $0.type = 0x0101 },
        Case(testDescription: "type 65535", error: .type) { $0.type = .max },
        Case(testDescription: "algorithm 20", error: .algorithm) { $0.algorithm = 20 },
        Case(testDescription: "algorithm 0x0104", error: .algorithm) { $0.algorithm = 0x0104 },
        Case(testDescription: "algorithm 65535", error: .algorithm) { $0.algorithm = .max },
        Case(testDescription: "data one byte short", error: .dataLength) { $0.dataSize -= 1 },
        Case(testDescription: "data one byte long", error: .dataLength) { $0.dataSize += 1 },
        Case(testDescription: "no data", error: .dataLength) { $0.dataSize = 0 },
        Case(testDescription: "one digest less", error: .dataLength) { $0.count -= 1 },
        Case(testDescription: "size of another algorithm", error: .dataLength) {
            $0.algorithm = HashAlgorithm.sha1.rawValue
        },
        Case(testDescription: "product wraps to the size", error: .dataLength) {
            $0.count += 1 << 27
        },
        Case(testDescription: "product wraps to 0", error: .dataLength) {
            $0.count = 1 << 27
            $0.dataSize = 0
        },
        Case(testDescription: "one digest more than there is", error: .truncatedDigests) {
            $0.count += 1
            $0.dataSize += 32
        },
        Case(testDescription: "the most that fits the field", error: .truncatedDigests) {
            $0.count = 1 << 27 - 1
            $0.dataSize = .max - 31
        },
    ]

    @Test("One field wrong", arguments: cases)
    func wrongField(_ wrong: Case) {
        let good = RawBlock(digests: digests(3, size: 32))
        var bad = good
        wrong.change(&bad)
        #expect(firstError(in: good.bytes) == nil)
        #expect(firstError(in: bad.bytes) == wrong.error)
        #expect(firstError(in: good.bytes + bad.bytes) == wrong.error, "in the second block")
    }

    @Test("DIGEST_LIST is no type of v2 either")
    func digestListOfV2() {
        #expect(firstError(in: RawBlock(type: 4, digests: []).bytes, abi: .v2) == .type)
        #expect(firstError(in: RawBlock(type: 3, digests: []).bytes, abi: .v2) == nil)
    }

    @Test("Every truncation is found, but for the one between the blocks")
    func truncation() {
        let first = RawBlock(digests: digests(2, size: 32)).bytes
        let list = first + RawBlock(modifiers: 1, digests: digests(1, size: 32)).bytes
        for length in 1..<list.count where length != first.count {
            let rest = length < first.count ? length : length - first.count
            #expect(
                firstError(in: Array(list[..<length]))
                    == (rest < 16 ? .truncatedHeader : .truncatedDigests),
                "at \(length)")
        }
    }

    @Test("Bytes after the last block are found", arguments: 1...40)
    func trailingBytes(count: Int) {
        let list = RawBlock(digests: digests(2, size: 32)).bytes
        #expect(
            firstError(in: list + [UInt8](repeating: 0, count: count))
                == (count < 16 ? .truncatedHeader : .version))
    }

    @Test("No change of a header's byte goes unnoticed, but for modifiers and equivalent types")
    func everyByteOfAHeader() throws {
        let good = RawBlock(algorithm: 4, digests: digests(2, size: 32)).bytes
        for offset in 0..<16 {
            for byte in UInt8.min...UInt8.max where byte != good[offset] {
                var bad = good
                bad[offset] = byte
                let isLegal: Bool
                switch offset {
                case 2: isLegal = byte < 3
                case 4, 5: isLegal = true
                // Another algorithm of 32 bytes.
                case 6: isLegal = HashAlgorithm(rawValue: UInt16(byte))?.digestSize == 32
                default: isLegal = false
                }
                #expect((firstError(in: bad) == nil) == isLegal, "\(byte) at \(offset)")
            }
        }
    }

    @Test("Each error has words of its own")
    func reasons() {
        let errors: [CompactListError] = [
            .truncatedHeader, .version, .reserved, .type, .algorithm, .dataLength,
            .truncatedDigests,
        ]
        #expect(Set(errors.map { "\($0.reason)" }).count == errors.count)
    }
}
