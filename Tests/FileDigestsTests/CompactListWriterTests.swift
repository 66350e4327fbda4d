import BlackBox
import DigestList
import DigestListTools
import Testing

@testable import FileDigests

/// Lists beside those that the tests put together by themselves.
@Suite struct CompactListWriterTests {
    private let digests = (1...3).map { [UInt8](repeating: $0, count: 32) }

    @Test func blocks() throws {
        var writer = CompactListWriter(abi: .v3)
        #expect(writer.bytes.isEmpty)
        try writer.append(digests, type: .file, modifiers: [], algorithm: .sha256)
        try writer.append(
            [digests[0] + digests[1]], type: .parser, modifiers: .immutable, algorithm: .sha512)
        let expected = [
            ListBlock(digests),
            ListBlock(type: 0, modifiers: 1, algorithm: 6, [digests[0] + digests[1]]),
        ]
        #expect(writer.bytes == expected.flatMap(\.bytes))
        try CompactBlocks.validate(writer.bytes.span.bytes, abi: .v3)
    }

    @Test(
        arguments: [
            (.key, .v2, 0), (.parser, .v2, 1), (.file, .v2, 2), (.metadata, .v2, 3),
            (.parser, .v3, 0), (.file, .v3, 1), (.metadata, .v3, 2),
        ] as [(ListType, ABI, UInt16)])
    func typesOfBothABIs(_ type: ListType, _ abi: ABI, _ number: UInt16) throws {
        var writer = CompactListWriter(abi: abi)
        try writer.append(digests, type: type, modifiers: [], algorithm: .sha256)
        #expect(writer.bytes == ListBlock(type: number, digests).bytes)
    }

    @Test func noBlockWithoutDigests() throws {
        var writer = CompactListWriter(abi: .v3)
        try writer.append([], type: .file, modifiers: [], algorithm: .sha256)
        #expect(writer.bytes.isEmpty)
    }

    @Test func typeThatAnABILacks() {
        var writer = CompactListWriter(abi: .v3)
        #expect(throws: CompactListError.type) {
            try writer.append(digests, type: .key, modifiers: [], algorithm: .sha256)
        }
        #expect(writer.bytes.isEmpty)
    }
}
