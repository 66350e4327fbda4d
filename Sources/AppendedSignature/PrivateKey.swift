import CCrypto

/// A key to sign with.
public final class PrivateKey {
    /// What errors call the key: its path or URI.
    let location: String
    /// The `EVP_PKEY`.
    let key: OpaquePointer
    /// What kind of key it is.
    let algorithm: KeyAlgorithm

    /// Reads a key from a file, or finds it on a token.
    ///
    /// - Parameters:
    ///   - location: The path of a PEM file, PKCS#8 or traditional, encrypted or not; or a
    ///     `pkcs11:` URI, as in RFC 7512.
    ///   - passphrase: Where the passphrase of an encrypted key or the PIN of a token comes from.
    /// - Throws: ``SigningError`` where there is no such key, the passphrase is missing or wrong,
    ///   or digest lists are not signed with keys of its kind.
    public init(_ location: String, passphrase: Passphrase) throws(SigningError) {
        self.location = location
        let request = PassphraseRequest(passphrase)
        key = try withLibcrypto { () throws(SigningError) in
            location.lowercased().hasPrefix("pkcs11:")
                ? try tokenKey(location, request) : try fileKey(location, request)
        }
        guard let algorithm = KeyAlgorithm(of: key) else {
            let name = EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "unknown"
            EVP_PKEY_free(key)
            throw SigningError(
                "\(location): lists are signed with RSA, EC and Ed25519 keys, not with one of type"
                    + " \(name)")
        }
        self.algorithm = algorithm
    }

    deinit { EVP_PKEY_free(key) }

    /// The value of a signature.
    ///
    /// - Parameters:
    ///   - bytes: What it is over.
    ///   - hash: The hash that the signature is made with, but for Ed25519, which has its own.
    /// - Throws: ``SigningError`` where libcrypto or the token fails.
    func sign(_ bytes: [UInt8], hash: SignatureHash) throws(SigningError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw SigningError("\(location): no memory") }
        defer { EVP_MD_CTX_free(context) }
        let method = algorithm == .ed25519 ? nil : hash.method
        var size = 0
        guard EVP_DigestSignInit(context, nil, method, nil, key) == 1,
            EVP_DigestSign(context, nil, &size, bytes, bytes.count) == 1
        else { throw SigningError(libcrypto: "\(location): the key cannot sign") }
        var signature = [UInt8](repeating: 0, count: size)
        guard EVP_DigestSign(context, &signature, &size, bytes, bytes.count) == 1 else {
            throw SigningError(libcrypto: "\(location): the key cannot sign")
        }
        return Array(signature[..<size])
    }
}

/// - Returns: An `EVP_PKEY` that the caller frees.
private func fileKey(
    _ path: String, _ request: PassphraseRequest
) throws(SigningError) -> OpaquePointer {
    let file = try Secret(file: path)
    let key = try withMemoryFile(file.bytes) {
        PEM_read_bio_PrivateKey($0, nil, answerPassphrase, request.argument)
    }
    if let key { return key }
    if let error = request.error { throw SigningError("\(path): \(error.text)") }
    if request.isMade { throw SigningError("\(path): the passphrase is wrong") }
    throw SigningError("\(path): no private key in PEM that can be read")
}
