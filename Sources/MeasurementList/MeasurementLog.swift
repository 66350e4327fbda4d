import DigestList

/// A measurement list, as the kernel shows it.
public struct MeasurementLog: Sendable {
    /// The entries, as far as they could be read.
    public private(set) var entries: [MeasurementEntry] = []
    /// Whether the log is text.
    public let isText: Bool
    /// The bank whose template digests the log has.
    public let bank: HashAlgorithm
    /// What ended the reading before the log's end; `nil` where nothing did.
    public private(set) var failure: Failure?

    /// Where the reading ended, and why.
    public struct Failure: Equatable, Sendable {
        /// The number of the line, from 1 on, or the entry's offset in bytes.
        public var place: Int
        /// What is wrong there.
        public var error: MeasurementLogError
    }

    /// The banks whose logs can be told apart.
    static let banks: [HashAlgorithm] = [.sha1, .sha256, .sha384, .sha512, .sm3]
    /// The number of registers that a TPM has.
    public static let registerCount = 24

    /// Reads a log.
    ///
    /// What is wrong in a log ends the reading; what comes before is there.
    ///
    /// - Parameters:
    ///   - bytes: The log.
    ///   - hashers: What tells the bank by its digests.
    public init(_ bytes: [UInt8], hashers: Hashers) {
        isText = bytes.count >= 4 && bytes.prefix(4).allSatisfy { (0x20...0x7e).contains($0) }
        if isText {
            var reader = TextReader(bytes)
            failure = reader.read(into: &entries)
            let first = entries.first
            bank = Self.bank(hashers) { $0.digestSize == first?.digest.count ? first : nil }
            return
        }
        bank = Self.bank(hashers) { bank in
            var reader = BinaryReader(bytes, digestSize: bank.digestSize)
            return try? reader.next()
        }
        var reader = BinaryReader(bytes, digestSize: bank.digestSize)
        while !reader.isAtEnd {
            let place = reader.place
            do throws(MeasurementLogError) { try entries.append(reader.next()) } catch {
                failure = Failure(place: place, error: error)
                return
            }
        }
    }

    /// The bank in which the first template digest is right, or else one of its size.
    ///
    /// - Parameter first: The first entry, if the log is of a bank.
    private static func bank(
        _ hashers: Hashers, _ first: (HashAlgorithm) -> MeasurementEntry?
    ) -> HashAlgorithm {
        let readable = banks.filter { first($0) != nil }
        return readable.first { bank in
            first(bank).map { hashers.agree(on: $0, bank) } ?? false
        } ?? readable.first ?? .sha1
    }
}

/// What is wrong with a log.
public enum MeasurementLogError: Error, Sendable {
    case truncated, register, digest, templateName, data, line

    /// The error in words.
    public var reason: StaticString {
        switch self {
        case .truncated: "the log ends within an entry"
        case .register: "no TPM has such a register"
        case .digest: "not a template digest of this log's size"
        case .templateName: "not the name of a template"
        case .data: "the data is not of the template's fields"
        case .line: "not a line of a measurement list"
        }
    }
}
