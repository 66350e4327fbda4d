import CommandLineTool

/// A register as the log makes it, beside what the TPM held.
struct ReplayedRegister: Encodable {
    /// The bank, by its algorithm.
    let bank: String
    let register: Int
    /// The value after the log; `nil` where the log does not tell, or does not extend it.
    let value: String?
    /// What the TPM held.
    let expected: String?
    /// Whether the two are the same; `nil` where there is nothing to compare with.
    let agrees: Bool?
    /// Whether the bank was extended with SHA-1 digests, filled up with zeros.
    let isPadded: Bool
    /// The number of the last entry after which the two were the same; `nil` for none.
    let agreedAfter: Int?
    /// Why there is no value.
    let reason: String?

    private enum CodingKeys: String, CodingKey {
        case bank
        case register
        case value
        case expected
        case agrees
        case isPadded = "padded"
        case agreedAfter = "agreed_after"
        case reason
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - bank: The bank, by its algorithm.
    ///   - register: The register.
    ///   - value: The value after the log; `nil` where the log does not tell.
    ///   - isExtended: Whether the log extends it.
    ///   - expected: What the TPM held: `nil` inside where nobody knows, outside where nobody asks.
    ///   - isPadded: Whether the bank was extended with SHA-1 digests.
    ///   - agreedAfter: The last entry after which the two were the same.
    init(
        bank: String, register: Int, value: [UInt8]?, isExtended: Bool, expected: [UInt8]??,
        isPadded: Bool, agreedAfter: Int?
    ) {
        self.bank = bank
        self.register = register
        self.value = value.map { hexadecimal($0) }
        self.expected = expected.flatMap { $0.map { hexadecimal($0) } }
        agrees = expected.map { $0 != nil && $0 == value }
        self.isPadded = isPadded
        self.agreedAfter = agreedAfter
        if value != nil {
            reason = expected.map { $0 == nil } == true ? "not among the TPM's" : nil
        } else {
            reason = isExtended ? "the log does not tell its value" : "the log does not extend it"
        }
    }
}
