/// Text for people from bytes that anybody may have chosen.
///
/// Control characters, such as those that begin a terminal's escape sequences, and characters that
/// change the direction of text are shown as escapes, and so are bytes that are not UTF-8.
///
/// - Parameter bytes: The bytes.
public func printable(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = Array(bytes).makeIterator()
    var rest = Array(bytes)[...]
    while true {
        switch parser.parseScalar(from: &iterator) {
        case .valid(let encoded):
            rest = rest.dropFirst(encoded.count)
            let scalar = Unicode.UTF8.decode(encoded)
            if isHarmless(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        case .error(let length):
            for byte in rest.prefix(length) {
                text += "\\x\(hexadecimal([byte]))"
            }
            rest = rest.dropFirst(length)
        case .emptyInput:
            return text
        }
    }
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7f).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        return false
    default:
        return true
    }
}
