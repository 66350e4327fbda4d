import AppendedSignature
import BlackBox
import DigestList
import DigestListTools
import RandomNumbers
import Testing

@Suite struct SignedFileTests {
    private static let marker = Array("~Module signature appended~\n".utf8)

    @Test func partsComeBack() throws {
        var numbers = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            let content = bytes(numbers.number(below: 200), &numbers)
            let kind = numbers.pick([SignatureTrailer.Kind.openPGP, .pkcs7])
            let signature = SignedFile.Signature(
                kind: kind, data: bytes(1 + numbers.number(below: 300), &numbers))
            let file = SignedFile(content: content, signature: signature).bytes
            #expect(file.count == content.count + signature.data.count + 40)
            let parts = try SignedFile(file)
            #expect(parts.content == content)
            #expect(parts.signature == signature)
            #expect(parts.bytes == file)
        }
    }

    /// Signed twice, the outer signature is over the inner one; the kernel strips it alone.
    @Test func signaturesNest() throws {
        let inner = SignedFile(
            content: [1, 2, 3], signature: .init(kind: .pkcs7, data: [4, 5])
        ).bytes
        let outer = SignedFile(content: inner, signature: .init(kind: .pkcs7, data: [6]))
        #expect(try SignedFile(outer.bytes).content == inner)
    }

    @Test func filesWithoutASignature() throws {
        for file in [[], [1], Array(Self.marker.dropLast()), Self.marker + [0]] {
            let parts = try SignedFile(file)
            #expect(parts.signature == nil)
            #expect(parts.content == file)
            #expect(parts.bytes == file)
        }
    }

    @Test func malformedTrailers() throws {
        #expect(throws: SignatureTrailerError.truncated) { try SignedFile(Self.marker) }
        let trailer = SignatureTrailer.Kind.pkcs7.trailer(signatureLength: 3)
        #expect(throws: SignatureTrailerError.length) { try SignedFile([1, 2] + trailer) }
        let none = SignatureTrailer.Kind.pkcs7.trailer(signatureLength: 0)
        #expect(throws: SignatureTrailerError.length) { try SignedFile([1, 2] + none) }
    }

    /// Trailers of random bytes, with and without the marker: no crash, and nothing invented.
    @Test func randomTrailers() throws {
        var numbers = SplitMix64(seed: 4)
        var accepted = 0
        for _ in 0..<20_000 {
            var structure: [UInt8] = [0, 0, numbers.pick([0, 1, 2]), 0, 0, 0, 0, 0, 0, 0, 0]
            structure.append(UInt8(numbers.number(below: 80)))
            if numbers.one(in: 2) {
                structure[numbers.number(below: 12)] = UInt8(numbers.number(below: 256))
            }
            let file = bytes(numbers.number(below: 60), &numbers) + structure + Self.marker
            guard let parts = try? SignedFile(file) else { continue }
            let signature = try #require(parts.signature)
            accepted += 1
            #expect(parts.bytes == file)
            #expect(parts.content + signature.data == Array(file.dropLast(40)))
            #expect(!signature.data.isEmpty)
        }
        #expect((1000..<19_000).contains(accepted))
    }

    private func bytes(_ count: Int, _ numbers: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8(numbers.number(below: 256)) }
    }
}
