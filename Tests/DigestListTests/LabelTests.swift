import DigestList
import Testing

@Suite("Labels") struct LabelTests {
    private func label(_ name: [UInt8]) -> [UInt8]? { Label(listName: name.span.bytes)?.bytes }

    /// The kernel's `_ctype` table has a class for each of the 256 bytes; the graphic ones are
    /// punctuation, capitals, small letters and digits.
    private static let graphic: Set<UInt8> = {
        let control = Array(0x00...0x1f as ClosedRange<UInt8>) + [0x7f]
        // In Latin-1, the control characters from 0x80 on, and the blank that does not break.
        let highControl = Array(0x80...0x9f as ClosedRange<UInt8>)
        let blanks: [UInt8] = [0x20, 0xa0]
        return Set(UInt8.min...UInt8.max).subtracting(control + highControl + blanks)
    }()

    @Test("Of all 256 bytes, just those are accepted that the kernel calls graphic")
    func bytes() {
        for byte in UInt8.min...UInt8.max {
            #expect(Label.accepts(byte) == Self.graphic.contains(byte), "byte \(byte)")
            for name in [[byte], [0x61, byte], [byte, 0x61], [0x61, byte, 0x61]] {
                #expect((label(name) != nil) == Self.graphic.contains(byte), "\(name)")
            }
            let long = [UInt8](repeating: 0x61, count: 150) + [byte]
            #expect((label(long) != nil) == Self.graphic.contains(byte), "byte \(byte) at the end")
        }
    }

    @Test("There is no label without a name")
    func empty() { #expect(label([]) == nil) }

    @Test("A label is the name and a NUL", arguments: [1, 2, 112, 113])
    func short(length: Int) {
        let name = (0..<length).map { UInt8(0x61 + $0 % 26) }
        #expect(label(name) == name + [0])
    }

    @Test("A longer name is shortened, and a NUL ends it", arguments: [114, 115, 200, 255, 4000])
    func long(length: Int) throws {
        let name = (0..<length).map { UInt8(0x61 + $0 % 26) }
        let label = try #require(self.label(name))
        #expect(label.count == Label.maximumLength + 1)
        #expect(label.last == 0)
        #expect(!label.dropLast().contains(0))
        #expect(label.dropLast().allSatisfy(Self.graphic.contains))
        #expect(label.prefix(96) == name.prefix(96))
        #expect(label == self.label(name))
    }

    @Test(
        "The longest label fits into a file name beside the digest",
        arguments: [HashAlgorithm.md5, .sha1, .sha256, .sha384, .sha512, .sm3])
    func fitsIntoFileName(algorithm: HashAlgorithm) throws {
        let label = try #require(self.label([UInt8](repeating: 0x61, count: 4000)))
        let digits = String(repeating: "0", count: 2 * algorithm.digestSize)
        let name = "\(algorithm.name)-\(digits)-"
        #expect(name.utf8.count + label.count - 1 + ".ascii".utf8.count <= 255)
    }

    @Test("Long names that differ anywhere have different labels")
    func unique() {
        let name = [UInt8](repeating: 0x61, count: 255)
        var labels: Set<[UInt8]?> = [label(name)]
        for place in name.indices {
            for byte in [0x62, 0x41, 0xff] as [UInt8] {
                var other = name
                other[place] = byte
                labels.insert(label(other))
            }
        }
        for length in 97..<255 { labels.insert(label(Array(name.prefix(length)))) }
        #expect(labels.count == 1 + 255 * 3 + 158)
    }

    @Test("Shortening comes out the same on every machine")
    func stable() {
        let name = Array("0-file_list-rpm-".utf8) + [UInt8](repeating: 0x78, count: 184)
        // 64-bit FNV-1a of the whole name, from a calculation by other means.
        let hash = "2c16d505000506cc"
        #expect(label(name) == Array(name.prefix(96)) + Array("~\(hash)".utf8) + [0])
    }
}
