import DigestList
import FileDigests

/// Digests in several algorithms.
public final class Hashers {
    private var hashers: [HashAlgorithm: Hasher] = [:]

    /// Begins without any.
    public init() {}

    /// The digest of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - algorithm: The digest's algorithm.
    /// - Returns: `nil` where libcrypto does not have the algorithm.
    public func digest(of bytes: some Collection<UInt8>, _ algorithm: HashAlgorithm) -> [UInt8]? {
        if hashers[algorithm] == nil { hashers[algorithm] = try? Hasher(algorithm) }
        return hashers[algorithm]?.digest(of: Array(bytes))
    }

    /// Whether an entry's template digest is that of its data.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - bank: The bank of its template digest.
    /// - Returns: `true` too where the log does not tell, as of violations.
    public func agree(on entry: MeasurementEntry, _ bank: HashAlgorithm) -> Bool {
        guard !entry.isViolation, let data = entry.data else { return true }
        return digest(of: data, bank) == entry.digest
    }
}
