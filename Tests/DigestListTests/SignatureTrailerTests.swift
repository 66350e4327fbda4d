import DigestList
import DigestListTools
import Testing

@Suite("Signature trailers") struct SignatureTrailerTests {
    /// A trailer as the format describes it, made without the library.
    private static func trailer(kind: UInt8 = 0, length: [UInt8]) -> [UInt8] {
        [0, 0, kind, 0, 0, 0, 0, 0] + length + Array("~Module signature appended~\n".utf8)
    }

    private func read(_ end: [UInt8], fileSize: Int? = nil) throws -> SignatureTrailer? {
        try SignatureTrailer(end: end.span.bytes, fileSize: fileSize ?? end.count)
    }

    @Test(
        "A trailer reads as it was written",
        arguments: [(0, SignatureTrailer.Kind.openPGP), (2, .pkcs7)]
            as [(UInt8, SignatureTrailer.Kind)])
    func reading(number: UInt8, kind: SignatureTrailer.Kind) throws {
        let bytes = Self.trailer(kind: number, length: [0x01, 0x02, 0x03, 0x04])
        let trailer = try #require(try read(bytes, fileSize: 0x0102_0304 + 40))
        #expect(trailer.kind == kind)
        #expect(trailer.signatureLength == 0x0102_0304)
        #expect(kind.trailer(signatureLength: 0x0102_0304) == bytes)
        #expect(bytes.count == SignatureTrailer.size)
    }

    @Test("What is before the trailer does not matter")
    func bytesBefore() throws {
        let file = [UInt8](repeating: 0xff, count: 100) + Self.trailer(length: [0, 0, 0, 100])
        for (end, size) in [(file, file.count), (Array(file.suffix(40)), 140)] {
            let trailer = try #require(try read(end, fileSize: size))
            #expect(trailer.kind == .openPGP)
            #expect(trailer.signatureLength == 100)
        }
    }

    @Test("Without the marker there is no trailer")
    func noMarker() throws {
        let good = [UInt8](repeating: 1, count: 8) + Self.trailer(length: [0, 0, 0, 8])
        for offset in good.count - 28..<good.count {
            var bad = good
            bad[offset] ^= 0x20
            #expect(try read(bad) == nil, "at \(offset)")
        }
        #expect(try read(good + [0]) == nil)
        #expect(try read(good + [0x0a]) == nil)
        #expect(try read([]) == nil)
    }

    @Test("A trailer cut off at its start is an error, one cut off at its end is none")
    func truncation() throws {
        let trailer = Self.trailer(length: [0, 0, 0, 1])
        for length in 28..<40 {
            #expect(throws: SignatureTrailerError.truncated) {
                try read(Array(trailer.suffix(length)))
            }
        }
        for length in 0..<28 {
            #expect(try read(Array(trailer.suffix(length))) == nil)
        }
        for length in 0..<40 { #expect(try read(Array(trailer.prefix(length))) == nil) }
    }

    @Test("Each field that must be 0 is looked at", arguments: [0, 1, 3, 4, 5, 6, 7])
    func reservedFields(offset: Int) {
        for value in 1...UInt8.max {
            var trailer = Self.trailer(length: [0, 0, 0, 1])
            trailer[offset] = value
            #expect(throws: SignatureTrailerError.fields) { try read([1] + trailer) }
        }
    }

    @Test("Signatures are OpenPGP or PKCS#7")
    func kinds() {
        for kind in UInt8.min...UInt8.max where kind != 0 && kind != 2 {
            #expect(throws: SignatureTrailerError.kind) {
                try read([1] + Self.trailer(kind: kind, length: [0, 0, 0, 1]))
            }
        }
    }

    @Test("A signature is not empty and fits into the file")
    func lengths() throws {
        let signature = [UInt8](repeating: 7, count: 300)
        func file(_ length: UInt32) -> [UInt8] {
            let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
            return signature + Self.trailer(length: bytes)
        }
        for length in [1, 255, 256, 299, 300] as [UInt32] {
            #expect(try read(file(length))?.signatureLength == length)
        }
        for length in [0, 301, 340, 341, 1 << 31, .max] as [UInt32] {
            #expect(throws: SignatureTrailerError.length) { try read(file(length)) }
        }
    }

    @Test("Each error has words of its own")
    func reasons() {
        let errors: [SignatureTrailerError] = [.truncated, .kind, .fields, .length]
        #expect(Set(errors.map { "\($0.reason)" }).count == errors.count)
    }
}
