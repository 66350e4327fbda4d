import BlackBox
import DigestList
import Testing

/// Bytes as hexadecimal digits, made without the library.
func digits(of bytes: [UInt8]) -> [UInt8] { Array(hexadecimal(bytes).utf8) }

@Suite("Hexadecimal") struct HexadecimalTests {
    static let sizes = Set(HashAlgorithm.allCases.map(\.digestSize)).sorted()

    /// Decodes digits that stand at an address of any alignment, with other bytes around.
    private func decode(_ digits: [UInt8], size: Int, shift: Int = 0) -> [UInt8]? {
        let around = [UInt8](repeating: 0x67, count: 16 + shift)
        let source = around + digits + around
        var target = [UInt8](repeating: 0xee, count: size + 32)
        let isValid = source.withUnsafeBytes { source in
            target.withUnsafeMutableBytes {
                Hexadecimal.decode(
                    source.baseAddress! + around.count, into: $0.baseAddress! + 16, size: size)
            }
        }
        #expect(target.prefix(16).allSatisfy { $0 == 0xee }, "bytes before the target")
        #expect(target.suffix(16).allSatisfy { $0 == 0xee }, "bytes after the target")
        return isValid ? Array(target[16..<16 + size]) : nil
    }

    @Test("Every pair of digits gives its byte at every place", arguments: sizes)
    func allBytes(size: Int) {
        for first in 0..<256 {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: first + $0 * 37) }
            #expect(decode(digits(of: bytes), size: size, shift: first % 9) == bytes)
        }
    }

    @Test("Capitals are digits too", arguments: sizes)
    func capitals(size: Int) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: 0xfe - $0 * 29) }
        let lower = digits(of: bytes)
        let upper = lower.map { $0 >= 0x61 ? $0 - 0x20 : $0 }
        let mixed = lower.indices.map { $0 % 3 == 0 ? upper[$0] : lower[$0] }
        #expect(upper != lower)
        #expect(decode(upper, size: size) == bytes)
        #expect(decode(mixed, size: size) == bytes)
    }

    @Test("Of all 256 bytes, at every place, just the digits are accepted", arguments: sizes)
    func everyByteEverywhere(size: Int) {
        let good = digits(of: (0..<size).map { UInt8(truncatingIfNeeded: $0 * 53 + 11) })
        for place in good.indices {
            for byte in UInt8.min...UInt8.max {
                var digits = good
                digits[place] = byte
                let value =
                    UnicodeScalar(byte).isASCII ? Character(UnicodeScalar(byte)).hexDigitValue : nil
                let decoded = decode(digits, size: size)
                guard (decoded != nil) == (value != nil) else {
                    Issue.record("byte \(byte) at \(place)")
                    continue
                }
                if let decoded, let value {
                    let nibble = place % 2 == 0 ? decoded[place / 2] >> 4 : decoded[place / 2] & 0xf
                    #expect(Int(nibble) == value, "byte \(byte) at \(place)")
                }
            }
        }
    }

    @Test("Each value has its digit")
    func digit() {
        for value in UInt8.min...UInt8.max {
            let text = String(UnicodeScalar(Hexadecimal.digit(value)))
            #expect(text == String(value & 0xf, radix: 16))
        }
    }
}
