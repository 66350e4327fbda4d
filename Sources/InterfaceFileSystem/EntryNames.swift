import DigestList

/// The names of a list's two files in `digest_lists_loaded`.
struct EntryNames: Equatable {
    /// The longest name that the kernel makes, in bytes (`NAME_MAX`).
    static let maximumLength = 255

    /// The name of the file with the list's bytes: `<algo>-<hex>-<label>`.
    let binary: [UInt8]
    /// The name of the file with the list in words, `.ascii` added.
    let ascii: [UInt8]

    /// Makes the names as the kernel does: both from one that is cut at 255 bytes, the first by
    /// cutting again at the last dot.
    ///
    /// - Parameters:
    ///   - digest: The list's own digest.
    ///   - algorithm: The digest's algorithm.
    ///   - label: The label, or the path that the list came from: what follows the last slash
    ///     counts.
    /// - Throws: ``InterfaceError/oops`` where no dot is left.
    init(digest: [UInt8], algorithm: HashAlgorithm, label: [UInt8]) throws(InterfaceError) {
        var name = Array("\(algorithm.name)-".utf8) + Hexadecimal.encode(digest)
        name.append(UInt8(ascii: "-"))
        let slash = label.lastIndex(of: UInt8(ascii: "/"))
        name += label[(slash.map { $0 + 1 } ?? 0)...]
        name += Array(".ascii".utf8)
        ascii = Array(name.prefix(Self.maximumLength))
        guard let dot = ascii.lastIndex(of: UInt8(ascii: ".")) else { throw .oops }
        binary = Array(ascii[..<dot])
    }
}

extension Hexadecimal {
    /// Encodes a digest.
    ///
    /// - Parameter bytes: The digest.
    /// - Returns: Two digits for each byte.
    public static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte))
        }
        return digits
    }
}
