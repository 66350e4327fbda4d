/// A hash algorithm, by the number that the kernel gives it.
///
/// The raw values are those of `enum hash_algo` in `<linux/hash_info.h>`.
public enum HashAlgorithm: UInt16, CaseIterable, Sendable {
    case md4, md5, sha1, rmd160, sha256, sha384, sha512, sha224
    case rmd128, rmd256, rmd320, wp256, wp384, wp512
    case tgr128, tgr160, tgr192, sm3, streebog256, streebog512

    /// Creates the algorithm with a number of OpenPGP, as in RPM's `FILEDIGESTALGO`.
    ///
    /// - Parameter openPGP: The number from RFC 9580, section 9.5.
    /// - Returns: `nil` for a number that RPM does not use for file digests.
    public init?(openPGP: UInt32) {
        // From MD5 and from SHA-256 on, both have the same order.
        switch openPGP {
        case 1...3: self.init(rawValue: UInt16(openPGP))
        case 8...11: self.init(rawValue: UInt16(openPGP - 4))
        default: return nil
        }
    }

    /// The size of a digest, in bytes.
    public var digestSize: Int { Self.properties[Int(rawValue)].digestSize }

    /// The kernel's name of the algorithm, as in `hash_algo_name` of `crypto/hash_info.c`.
    public var name: StaticString { Self.properties[Int(rawValue)].name }

    private static let properties: [(name: StaticString, digestSize: Int)] = [
        ("md4", 16), ("md5", 16), ("sha1", 20), ("rmd160", 20), ("sha256", 32), ("sha384", 48),
        ("sha512", 64), ("sha224", 28), ("rmd128", 16), ("rmd256", 32), ("rmd320", 40),
        ("wp256", 32), ("wp384", 48), ("wp512", 64), ("tgr128", 16), ("tgr160", 20), ("tgr192", 24),
        ("sm3", 32), ("streebog256", 32), ("streebog512", 64),
    ]
}
