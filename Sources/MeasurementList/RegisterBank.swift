import DigestList

/// The registers of one of a TPM's banks, as a log makes them.
public struct RegisterBank {
    /// The bank's algorithm.
    public let algorithm: HashAlgorithm
    /// Whether the bank is extended with SHA-1 digests that are filled up with NUL, as kernels
    /// before 5.8 do it.
    public let isPadded: Bool
    /// The registers' values; `nil` for one that the log does not tell.
    public private(set) var values: [Int: [UInt8]?]
    private let hashers: Hashers

    /// Begins.
    ///
    /// - Parameters:
    ///   - algorithm: The bank's algorithm.
    ///   - isPadded: Whether the bank is extended as kernels before 5.8 do it.
    ///   - values: The registers before the first entry; those that are not there are as they are
    ///     after a start.
    ///   - hashers: What computes digests.
    public init(
        _ algorithm: HashAlgorithm, isPadded: Bool = false, from values: [Int: [UInt8]] = [:],
        hashers: Hashers
    ) {
        self.algorithm = algorithm
        self.isPadded = isPadded
        self.values = values
        self.hashers = hashers
    }

    /// Extends a register.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - bank: The bank of its template digest.
    public mutating func extend(by entry: MeasurementEntry, of bank: HashAlgorithm) {
        let register = entry.register
        guard let value = values[register, default: initialValue(of: register)],
            let digest = templateDigest(of: entry, bank)
        else {
            values[register] = .some(nil)
            return
        }
        values[register] = hashers.digest(of: value + digest, algorithm)
    }

    /// What the TPM has in a register after a start: ones where only a later start of a measured
    /// environment may begin with zeros.
    private func initialValue(of register: Int) -> [UInt8] {
        [UInt8](repeating: 17...22 ~= register ? 0xff : 0, count: algorithm.digestSize)
    }

    /// What goes into a register of this bank for an entry; `nil` where the log does not tell.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - bank: The bank of its template digest.
    public func templateDigest(of entry: MeasurementEntry, _ bank: HashAlgorithm) -> [UInt8]? {
        guard isPadded else { return Self.digest(of: entry, bank, in: algorithm, hashers) }
        return Self.digest(of: entry, bank, in: .sha1, hashers).map { digest in
            let rest = max(0, algorithm.digestSize - digest.count)
            return digest.prefix(algorithm.digestSize) + [UInt8](repeating: 0, count: rest)
        }
    }

    private static func digest(
        of entry: MeasurementEntry, _ bank: HashAlgorithm, in algorithm: HashAlgorithm,
        _ hashers: Hashers
    ) -> [UInt8]? {
        if entry.isViolation { return [UInt8](repeating: 0xff, count: algorithm.digestSize) }
        if bank == algorithm { return entry.digest }
        return entry.data.flatMap { hashers.digest(of: $0, algorithm) }
    }
}
