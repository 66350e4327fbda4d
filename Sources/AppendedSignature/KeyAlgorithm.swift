import CCrypto

/// What kind of key a key is.
enum KeyAlgorithm {
    case rsa
    case ec
    case ed25519

    /// The algorithm of a key.
    ///
    /// - Parameter key: An `EVP_PKEY`.
    /// - Returns: `nil` for one that digest lists are not signed with.
    init?(of key: OpaquePointer) {
        if EVP_PKEY_is_a(key, "RSA") == 1 {
            self = .rsa
        } else if EVP_PKEY_is_a(key, "EC") == 1 {
            self = .ec
        } else if EVP_PKEY_is_a(key, "ED25519") == 1 {
            self = .ed25519
        } else {
            return nil
        }
    }

    /// The hash that messages name: the one that was asked for, but RFC 8419 has but one for
    /// Ed25519.
    ///
    /// - Parameter hash: The hash that was asked for.
    func hash(_ hash: SignatureHash) -> SignatureHash {
        self == .ed25519 ? .sha512 : hash
    }

    /// Whether a message's signature algorithm is that of such a key, with the hash.
    ///
    /// - Parameters:
    ///   - identifier: libcrypto's number of the signature algorithm.
    ///   - hash: The hash that the message names.
    func matches(signatureAlgorithm identifier: Int32, hash: SignatureHash) -> Bool {
        if self == .ed25519 { return identifier == NID_ED25519 && hash.name == "sha512" }
        if self == .rsa && identifier == NID_rsaEncryption { return true }
        var digest: Int32 = 0
        var key: Int32 = 0
        return OBJ_find_sigid_algs(identifier, &digest, &key) == 1
            && digest == hash.identifier
            && key == (self == .rsa ? NID_rsaEncryption : NID_X9_62_id_ecPublicKey)
    }
}
