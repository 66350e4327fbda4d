/// A field of a template, by IMA's own name.
public enum TemplateField: String, Sendable {
    case digest = "d"
    case shortName = "n"
    case digestWithAlgorithm = "d-ng"
    case digestWithType = "d-ngv2"
    case name = "n-ng"
    case signature = "sig"
    case buffer = "buf"
    case digestWithoutSignature = "d-modsig"
    case appendedSignature = "modsig"
    case portableSignature = "evmsig"
    case owner = "iuid"
    case group = "igid"
    case mode = "imode"
    case attributeNames = "xattrnames"
    case attributeLengths = "xattrlengths"
    case attributeValues = "xattrvalues"

    /// How the field's bytes are shown.
    private enum Form {
        /// Digits.
        case hexadecimal
        /// Algorithm, colon, NUL and the digest.
        case digest
        /// Text and a NUL.
        case string
        /// A number of so many bytes, the lowest first.
        case number(size: Int)
    }

    private var form: Form {
        switch self {
        case .digestWithAlgorithm, .digestWithType, .digestWithoutSignature: .digest
        case .shortName, .name, .attributeNames: .string
        case .owner, .group: .number(size: 4)
        case .mode: .number(size: 2)
        default: .hexadecimal
        }
    }
}

extension TemplateField {
    /// The field in the text form of a log.
    ///
    /// - Parameter value: The field's bytes.
    /// - Returns: `nil` for bytes that the field cannot have, or that the text would not tell.
    func text(of value: ArraySlice<UInt8>) -> [UInt8]? {
        if value.isEmpty { return [] }
        switch form {
        case .hexadecimal: return digits(of: value)
        case .digest:
            guard let parts = DigestParts(value) else { return nil }
            let prefix = parts.prefix.isEmpty ? [] : parts.prefix + [UInt8(ascii: ":")]
            return prefix + digits(of: parts.digest)
        case .string:
            guard value.last == 0, value.count > 1, value.dropLast().allSatisfy(isInWord) else {
                return nil
            }
            return Array(value.dropLast())
        case .number(let size):
            guard value.count == size else { return nil }
            return Array("\(value.reversed().reduce(0) { $0 << 8 | UInt64($1) })".utf8)
        }
    }

    /// The field's bytes.
    ///
    /// - Parameter text: The field in the text form of a log.
    /// - Returns: `nil` for text that the kernel does not write.
    func value(of text: ArraySlice<UInt8>) -> [UInt8]? {
        if text.isEmpty { return [] }
        switch form {
        case .hexadecimal: return bytes(ofDigits: text)
        case .digest:
            let colon = text.lastIndex(of: UInt8(ascii: ":"))
            guard let digest = bytes(ofDigits: text[(colon.map { $0 + 1 } ?? text.startIndex)...]),
                colon != text.startIndex
            else { return nil }
            let prefix = colon.map { text[..<$0] } ?? []
            guard prefix.allSatisfy({ $0 != 0 }) else { return nil }
            return prefix + [UInt8(ascii: ":"), 0] + digest
        case .string:
            return text.allSatisfy(isInWord) ? text + [0] : nil
        case .number(let size):
            guard let number = decimal(text), number >> (8 * UInt64(size)) == 0 else { return nil }
            return (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
        }
    }
}

/// What a field with a digest is made of.
struct DigestParts {
    /// The algorithm, perhaps with `ima:` or `verity:` in front.
    let prefix: ArraySlice<UInt8>
    /// The digest.
    let digest: ArraySlice<UInt8>

    /// Takes a field apart.
    ///
    /// - Parameter value: The field's bytes.
    /// - Returns: `nil` where they are none of such a field.
    init?(_ value: ArraySlice<UInt8>) {
        guard let end = value.firstIndex(of: 0), end > value.startIndex,
            value[end - 1] == UInt8(ascii: ":")
        else { return nil }
        prefix = value[..<(end - 1)]
        digest = value[(end + 1)...]
        guard prefix.allSatisfy(isInWord) else { return nil }
    }
}

/// Whether a byte can be inside of a word of a log: blanks and line feeds are between words, and a
/// NUL ends a string.
private func isInWord(_ byte: UInt8) -> Bool {
    byte != 0 && byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n")
}
