import DigestList

/// What a TPM's registers hold.
public struct RegisterValues: Equatable, Sendable {
    /// The values by bank and register.
    public var banks: [HashAlgorithm: [Int: [UInt8]]] = [:]

    /// Begins without any.
    public init() {}

    /// Reads lines of the form `BANK REGISTER VALUE`.
    ///
    /// - Parameter text: The lines; the value is in hexadecimal, of either case.
    /// - Throws: ``LineError`` for the first line that has another form.
    public init(_ text: [UInt8]) throws(LineError) {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count == 3, let number = decimal(words[1]), number < 24,
                add(words[2], bank: words[0], register: Int(number))
            else { throw LineError(number: index + 1) }
        }
    }

    /// A line that is none of registers, by its number from 1 on.
    public struct LineError: Error {
        /// The line's number, from 1 on.
        public var number: Int
    }

    /// Adds a register.
    ///
    /// - Parameters:
    ///   - digits: The value, in hexadecimal.
    ///   - bank: The name of the bank's algorithm.
    ///   - register: The register.
    /// - Returns: `false` where there is no such bank, the value has another size, or the register
    ///   is there with another value.
    public mutating func add(
        _ digits: some Sequence<UInt8>, bank: some Sequence<UInt8>, register: Int
    ) -> Bool {
        let name = String(decoding: Array(bank), as: UTF8.self)
        let lower = digits.map { UInt8(ascii: "A")...UInt8(ascii: "F") ~= $0 ? $0 | 0x20 : $0 }
        guard let algorithm = HashAlgorithm.allCases.first(where: { "\($0.name)" == name }),
            let value = bytes(ofDigits: lower[...]), value.count == algorithm.digestSize,
            banks[algorithm]?[register] ?? value == value
        else { return false }
        banks[algorithm, default: [:]][register] = value
        return true
    }

    /// The digest that IMA's first entry has, over the registers of the start.
    ///
    /// - Parameters:
    ///   - bank: The bank of the registers, and the digest's algorithm.
    ///   - hashers: What computes it.
    /// - Returns: `nil` where not all of the registers are there.
    public func bootAggregate(of bank: HashAlgorithm, _ hashers: Hashers) -> [UInt8]? {
        var bytes: [UInt8] = []
        for register in 0...(bank == .sha1 ? 7 : 9) {
            guard let value = banks[bank]?[register] else { return nil }
            bytes += value
        }
        return hashers.digest(of: bytes, bank)
    }
}
