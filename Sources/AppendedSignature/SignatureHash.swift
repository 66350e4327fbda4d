import CCrypto

/// A hash algorithm that signatures are made with.
///
/// There are those that the kernel's PKCS#7 verifier and libcrypto both have for every kind of key,
/// and that are not broken: SHA-2.
public struct SignatureHash: Equatable, Sendable {
    /// The kernel's name of it, such as `sha256`.
    public let name: String
    /// libcrypto's number of it.
    let identifier: Int32

    /// SHA-256.
    public static let sha256 = SignatureHash("sha256", NID_sha256)
    /// SHA-384.
    public static let sha384 = SignatureHash("sha384", NID_sha384)
    /// SHA-512.
    public static let sha512 = SignatureHash("sha512", NID_sha512)

    /// All there are.
    public static let all = [SignatureHash("sha224", NID_sha224), sha256, sha384, sha512]

    private static let broken = ["md2", "md4", "md5", "sha1", "rmd160"]

    private init(_ name: String, _ identifier: Int32) {
        self.name = name
        self.identifier = identifier
    }

    /// Finds a hash algorithm.
    ///
    /// - Parameter name: The kernel's name of it, in lower or upper case.
    /// - Throws: ``SigningError`` for one that is unknown or too weak.
    public init(name: String) throws(SigningError) {
        if let hash = Self.all.first(where: { $0.name == name.lowercased() }) {
            self = hash
            return
        }
        let reason =
            Self.broken.contains(name.lowercased())
            ? "the hash algorithm \(name) is too weak to sign with"
            : "there is no hash algorithm '\(name)' to sign with"
        throw SigningError(
            "\(reason); there are \(Self.all.map(\.name).joined(separator: ", "))")
    }

    /// Finds a hash algorithm.
    ///
    /// - Parameter identifier: libcrypto's number of it.
    /// - Returns: `nil` for one that is unknown or too weak.
    init?(identifier: Int32) {
        guard let hash = Self.all.first(where: { $0.identifier == identifier }) else { return nil }
        self = hash
    }

    /// libcrypto's implementation; `nil` where it is not allowed to, as in FIPS mode.
    var method: OpaquePointer? { EVP_get_digestbyname(OBJ_nid2sn(identifier)) }

    /// The digest of bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: ``SigningError`` where libcrypto cannot.
    func digest(of bytes: [UInt8]) throws(SigningError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard let method, EVP_Digest(bytes, bytes.count, &digest, &count, method, nil) == 1 else {
            throw SigningError(libcrypto: "libcrypto makes no \(name) digest")
        }
        return Array(digest[..<Int(count)])
    }
}
