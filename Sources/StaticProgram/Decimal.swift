import LinuxFiles

/// Reads a decimal number.
///
/// - Parameter text: The number's digits and nothing else.
/// - Returns: `nil` where it is no number, or too large.
public func decimal(_ text: UnsafePointer<CChar>) -> UInt64? {
    guard text[0] != 0 else { return nil }
    var number: UInt64 = 0
    for digit in bytes(of: text) {
        let value = digit &- UInt8(ascii: "0")
        let (tens, tooLarge) = number.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = tens.addingReportingOverflow(UInt64(value))
        guard value < 10, !tooLarge, !overflow else { return nil }
        number = sum
    }
    return number
}
