#if !_endian(little)
    #error("Hexadecimal.decode takes the first digit of a word for the lowest")
#endif

/// Digests in hexadecimal.
public enum Hexadecimal {
    /// The digit of the low four bits, in lower case.
    ///
    /// - Parameter nibble: The value; its high four bits are ignored.
    public static func digit(_ nibble: UInt8) -> UInt8 {
        let value = nibble & 0xf
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// Decodes a digest.
    ///
    /// - Parameters:
    ///   - source: The digits, `2 * size` bytes that must be readable.
    ///   - target: Where the `size` bytes go.
    ///   - size: The digest's size in bytes, 16 or more.
    /// - Returns: `false` where something else than a digit is among the bytes; the target then
    ///   holds nothing of use.
    public static func decode(
        _ source: UnsafeRawPointer, into target: UnsafeMutableRawPointer, size: Int
    ) -> Bool {
        precondition(size >= 16)
        var valid = Lanes(repeating: high)
        for start in stride(from: 0, to: size, by: 16) {
            // The last 16 bytes may begin among those before.
            let place = min(start, size - 16)
            let digits = source.loadUnaligned(fromByteOffset: 2 * place, as: Lanes.self)
            let bytes = decode(digits, &valid)
            target.storeBytes(of: bytes, toByteOffset: place, as: SIMD4<UInt32>.self)
        }
        return valid == Lanes(repeating: high)
    }

    /// Four words of eight digits each.
    private typealias Lanes = SIMD4<UInt64>

    /// The highest bit of each byte of a word.
    private static let high: UInt64 = 0x8080_8080_8080_8080

    /// Decodes eight digits a word.
    ///
    /// Only arithmetic on whole words, which is fast wherever there are words of 64 bits: no table
    /// and no comparison of bytes. A byte of less than 128 is at least `n` where adding `128 - n`
    /// sets its highest bit.
    ///
    /// - Parameters:
    ///   - digits: The digits, first digit lowest.
    ///   - valid: Of each byte that is no digit, the highest bit is taken away.
    @inline(__always)
    private static func decode(_ digits: Lanes, _ valid: inout Lanes) -> SIMD4<UInt32> {
        func isAtLeast(_ bytes: Lanes, _ limit: UInt8) -> Lanes {
            bytes &+ Lanes(repeating: UInt64(128 - limit) &* 0x0101_0101_0101_0101)
        }
        let ascii = digits & Lanes(repeating: ~high)
        let lower = ascii | Lanes(repeating: 0x2020_2020_2020_2020)
        let isDecimal = isAtLeast(ascii, 0x30) & ~isAtLeast(ascii, 0x3a)
        let isLetter = isAtLeast(lower, 0x61) & ~isAtLeast(lower, 0x67)
        valid &= (isDecimal | isLetter) & ~digits
        let one = (isLetter & Lanes(repeating: high)) &>> 7
        let nine = one | (one &<< 3)
        let values = (ascii & Lanes(repeating: 0x0f0f_0f0f_0f0f_0f0f)) &+ nine
        var bytes = ((values &<< 4) | (values &>> 8)) & Lanes(repeating: 0x00ff_00ff_00ff_00ff)
        bytes = (bytes | (bytes &>> 8)) & Lanes(repeating: 0x0000_ffff_0000_ffff)
        bytes = bytes | (bytes &>> 16)
        return SIMD4<UInt32>(truncatingIfNeeded: bytes)
    }
}
