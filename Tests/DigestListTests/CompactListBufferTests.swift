import DigestList
import Testing

@Suite("Building compact lists") struct CompactListBufferTests {
    private func list(of buffer: borrowing CompactListBuffer) -> [UInt8] { Array(buffer.list) }

    private let label = Label(listName: "a-label".utf8.span.bytes)!

    /// What each list ends in.
    private func tail(_ algorithm: HashAlgorithm, type: UInt16 = 1) -> [UInt8] {
        // FNV-1a of "a-label".
        [0xcd3b, 0x528a, 0xe8db, 0x2cd0].flatMap { word in
            RawBlock(type: type, modifiers: word, algorithm: algorithm.rawValue, digests: []).bytes
        }
    }

    private func begin(
        _ buffer: inout CompactListBuffer, algorithm: HashAlgorithm, capacity: Int
    ) throws {
        let isReady = buffer.begin(algorithm: algorithm, capacity: capacity)
        try #require(isReady)
    }

    @Test("A list for which there is no memory")
    func noMemory() throws {
        var buffer = CompactListBuffer()
        let isReady = buffer.begin(algorithm: .sha512, capacity: 1 << 50)
        #expect(!isReady)
        try begin(&buffer, algorithm: .md5, capacity: 1)
        #expect(append(digests(1, size: 16)[0], immutable: true, to: &buffer))
        #expect(try buffer.finish(label: label, abi: .v3).total == 1)
    }

    private func append(
        _ digest: [UInt8], immutable: Bool, to buffer: inout CompactListBuffer
    ) -> Bool {
        digits(of: digest).withUnsafeBytes {
            buffer.append(hexadecimal: $0.baseAddress!, immutable: immutable)
        }
    }

    @Test("The mutable digests come before the immutable ones", arguments: HashAlgorithm.allCases)
    func order(algorithm: HashAlgorithm) throws {
        let mutable = digests(5, size: algorithm.digestSize)
        let immutable = digests(4, size: algorithm.digestSize, from: 100)
        var buffer = CompactListBuffer()
        try begin(&buffer, algorithm: algorithm, capacity: 9)
        for index in 0..<5 {
            #expect(append(mutable[index], immutable: false, to: &buffer))
            if index < 4 { #expect(append(immutable[index], immutable: true, to: &buffer)) }
        }
        let counts = try buffer.finish(label: label, abi: .v3)
        #expect(counts.mutable == 5)
        #expect(counts.immutable == 4)
        #expect(counts.total == 9)
        let expected = [(0, mutable), (1, immutable)].flatMap { modifiers, digests in
            RawBlock(modifiers: modifiers, algorithm: algorithm.rawValue, digests: digests).bytes
        }
        #expect(list(of: buffer) == expected + tail(algorithm))
    }

    @Test("A block without digests is left out", arguments: [false, true])
    func oneKind(immutable: Bool) throws {
        let digests = digests(3, size: 32)
        var buffer = CompactListBuffer()
        try begin(&buffer, algorithm: .sha256, capacity: 3)
        for digest in digests { #expect(append(digest, immutable: immutable, to: &buffer)) }
        _ = try buffer.finish(label: label, abi: .v2)
        let expected = RawBlock(type: 2, modifiers: immutable ? 1 : 0, digests: digests)
        #expect(list(of: buffer) == expected.bytes + tail(.sha256, type: 2))
    }

    @Test("A list without digests is empty")
    func noDigests() throws {
        var buffer = CompactListBuffer()
        try begin(&buffer, algorithm: .sha256, capacity: 0)
        #expect(try buffer.finish(label: label, abi: .v3).total == 0)
        #expect(list(of: buffer).isEmpty)
    }

    @Test("Nothing of one list is in the next")
    func reuse() throws {
        var buffer = CompactListBuffer()
        // Larger, smaller, larger than ever, of other algorithms, and one that is never finished.
        let sizes = [8, 2, 64, 1, 0, 200]
        for (round, count) in sizes.enumerated() {
            try begin(&buffer, algorithm: .sha512, capacity: count + 1)
            #expect(append(digests(1, size: 64)[0], immutable: true, to: &buffer))
            let algorithm: HashAlgorithm = round % 2 == 0 ? .md5 : .sha256
            let digests = digests(count, size: algorithm.digestSize, from: round)
            try begin(&buffer, algorithm: algorithm, capacity: count)
            for digest in digests { #expect(append(digest, immutable: false, to: &buffer)) }
            #expect(try buffer.finish(label: label, abi: .v3).total == count)
            let expected = RawBlock(algorithm: algorithm.rawValue, digests: digests).bytes
            #expect(list(of: buffer) == (count > 0 ? expected + tail(algorithm) : []))
        }
    }

    @Test("A digest that is not hexadecimal is not added")
    func notHexadecimal() throws {
        var buffer = CompactListBuffer()
        try begin(&buffer, algorithm: .md5, capacity: 1)
        let wrong = Array("0123456789abcdef0123456789abcdeg".utf8)
        #expect(
            !wrong.withUnsafeBytes {
                buffer.append(hexadecimal: $0.baseAddress!, immutable: false)
            })
        let right = digests(1, size: 16)
        #expect(append(right[0], immutable: false, to: &buffer))
        #expect(try buffer.finish(label: label, abi: .v3).total == 1)
        #expect(list(of: buffer) == RawBlock(algorithm: 1, digests: right).bytes + tail(.md5))
    }
}
