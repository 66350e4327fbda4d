import CCrypto

/// The digest that IMA takes of lists, and that the log shows of payloads.
public enum SHA256 {
    /// The digest of bytes.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let done = EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(done == 1, "libcrypto has no SHA-256")
        return digest
    }
}
