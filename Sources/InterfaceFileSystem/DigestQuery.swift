import DigestList

/// The digest that the query file was last asked for: the kernel's buffer for it, with its habits.
struct DigestQuery {
    /// Room for `<algo>-<hex>`: 128 bytes for the name, 64 for the digest.
    private static let size = 128 + 1 + 2 * 64 + 1

    private var bytes = [UInt8](repeating: 0, count: size)

    /// Copies a query over the old one, whose rest stays.
    ///
    /// - Parameter payload: What is written to the query file.
    /// - Throws: `EINVAL` for what is not `<algo>-<hex>`, `ENOENT` for an unknown algorithm.
    mutating func write(_ payload: [UInt8]) throws(InterfaceError) {
        guard payload.count < Self.size else { throw .invalid }
        bytes.replaceSubrange(..<payload.count, with: payload)
        do {
            _ = try parse()
        } catch {
            bytes = [UInt8](repeating: 0, count: Self.size)
            throw error
        }
    }

    /// The digest that the query asks for; `nil` where there is no query.
    var digest: (algorithm: HashAlgorithm, bytes: [UInt8])? { try? parse() }

    private func parse() throws(InterfaceError) -> (algorithm: HashAlgorithm, bytes: [UInt8]) {
        let text = bytes.prefix { $0 != 0 }
        guard let hyphen = text.firstIndex(of: UInt8(ascii: "-")) else { throw .invalid }
        let name = text[..<hyphen]
        guard let algorithm = HashAlgorithm.allCases.first(where: { $0.hasName(name) }) else {
            throw .notFound
        }
        let digits = text[(hyphen + 1)...].prefix(2 * algorithm.digestSize)
        guard digits.count == 2 * algorithm.digestSize else { throw .invalid }
        var digest = [UInt8](repeating: 0, count: algorithm.digestSize)
        let valid = digits.withUnsafeBytes { source in
            digest.withUnsafeMutableBytes { target in
                guard let digits = source.baseAddress, let digest = target.baseAddress else {
                    return false
                }
                return Hexadecimal.decode(digits, into: digest, size: target.count)
            }
        }
        guard valid else { throw .invalid }
        return (algorithm, digest)
    }
}

extension HashAlgorithm {
    fileprivate func hasName(_ bytes: ArraySlice<UInt8>) -> Bool {
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            .elementsEqual(bytes)
    }
}
