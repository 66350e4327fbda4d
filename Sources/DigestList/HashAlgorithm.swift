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
        switch openPGP {
        case 1: self = .md5
        case 2: self = .sha1
        case 3: self = .rmd160
        case 8: self = .sha256
        case 9: self = .sha384
        case 10: self = .sha512
        case 11: self = .sha224
        default: return nil
        }
    }

    /// The size of a digest, in bytes.
    public var digestSize: Int {
        switch self {
        case .md4, .md5, .rmd128, .tgr128: 16
        case .sha1, .rmd160, .tgr160: 20
        case .tgr192: 24
        case .sha224: 28
        case .sha256, .rmd256, .wp256, .sm3, .streebog256: 32
        case .rmd320: 40
        case .sha384, .wp384: 48
        case .sha512, .wp512, .streebog512: 64
        }
    }

    /// The kernel's name of the algorithm, as in `hash_algo_name` of `crypto/hash_info.c`.
    public var name: StaticString {
        switch self {
        case .md4: "md4"
        case .md5: "md5"
        case .sha1: "sha1"
        case .rmd160: "rmd160"
        case .sha256: "sha256"
        case .sha384: "sha384"
        case .sha512: "sha512"
        case .sha224: "sha224"
        case .rmd128: "rmd128"
        case .rmd256: "rmd256"
        case .rmd320: "rmd320"
        case .wp256: "wp256"
        case .wp384: "wp384"
        case .wp512: "wp512"
        case .tgr128: "tgr128"
        case .tgr160: "tgr160"
        case .tgr192: "tgr192"
        case .sm3: "sm3"
        case .streebog256: "streebog256"
        case .streebog512: "streebog512"
        }
    }
}
