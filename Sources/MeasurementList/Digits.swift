import DigestList

/// Bytes in hexadecimal, as the kernel writes them.
func digits(of bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0)] }
}

/// The bytes that hexadecimal digits stand for.
///
/// - Parameter digits: The digits; those above 9 are lower case, as the kernel writes them.
/// - Returns: `nil` for anything else.
func bytes(ofDigits digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
        let value: UInt8
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
        default: return nil
        }
        if let first = high {
            bytes.append(first << 4 | value)
            high = nil
        } else {
            high = value
        }
    }
    return bytes
}

/// The number that decimal digits stand for.
///
/// - Parameter digits: The digits, without zeros in front.
/// - Returns: `nil` for anything else, and for what does not fit.
func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else {
        return nil
    }
    var number: UInt64 = 0
    for digit in digits {
        guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
        if overflow || carry { return nil }
        number = sum
    }
    return number
}
