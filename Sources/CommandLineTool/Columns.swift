import DigestList

extension DefaultStringInterpolation {
    /// Inserts text, filled up with blanks on the right.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - width: The number of characters that the text gets at least.
    public mutating func appendInterpolation(columns text: String, width: Int) {
        appendInterpolation(text + String(repeating: " ", count: max(0, width - text.count)))
    }

    /// Inserts text, filled up with blanks on the left, as numbers are.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - width: The number of characters that the text gets at least.
    public mutating func appendInterpolation(right text: String, width: Int) {
        appendInterpolation(String(repeating: " ", count: max(0, width - text.count)) + text)
    }
}

/// Bytes in hexadecimal, in lower case.
///
/// - Parameter bytes: The bytes.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var digits: [UInt8] = []
    for byte in bytes {
        digits.append(Hexadecimal.digit(byte >> 4))
        digits.append(Hexadecimal.digit(byte))
    }
    return String(decoding: digits, as: UTF8.self)
}
