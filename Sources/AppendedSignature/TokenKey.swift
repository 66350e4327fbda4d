import CCrypto

/// Finds a key on a PKCS#11 token, through OpenSSL's provider where there is one, else its engine.
///
/// - Parameters:
///   - uri: The key, as in RFC 7512.
///   - request: What answers when the token asks for its PIN, unless the URI says where that is.
/// - Returns: An `EVP_PKEY` that the caller frees.
/// - Throws: ``SigningError``.
func tokenKey(_ uri: String, _ request: PassphraseRequest) throws(SigningError) -> OpaquePointer {
    let key = try TokenURI(uri)
    let request = key.pinFile.map { PassphraseRequest(.file($0)) } ?? request
    // Some keys want the PIN again for each signature, so who answers lives on.
    let argument = Unmanaged.passRetained(request).toOpaque()
    if let key = providerKey(key.text, argument) { return key }
    // Another attempt with a wrong PIN could lock the token.
    if !request.isMade {
        ERR_clear_error()
        if let key = try engineKey(key.text, argument) { return key }
    }
    if let error = request.error { throw SigningError("\(uri): \(error.text)") }
    throw tokenError(uri)
}

/// What asks for a PIN; the last argument says that it is to be read, not written.
nonisolated(unsafe) private let method = UI_UTIL_wrap_read_pem_callback(answerPassphrase, 0)

/// libcrypto with the provider `pkcs11`, apart from the rest of the process.
///
/// Modules such as SoftHSM use libcrypto themselves: together, each would wait for the other. It
/// stays for the life of the process, as keys need it.
nonisolated(unsafe) private let tokens: OpaquePointer? = {
    // Otherwise there are cases where the provider would prompt on the terminal.
    UI_set_default_method(method)
    guard let context = OSSL_LIB_CTX_new() else { return nil }
    let configuration = CONF_get1_default_config_file()
    OSSL_LIB_CTX_load_config(context, configuration)
    CRYPTO_free(configuration, nil, 0)
    OSSL_PROVIDER_try_load(context, "pkcs11", 1)
    OSSL_PROVIDER_try_load(context, "default", 1)
    return context
}()

/// The key through the provider `pkcs11`.
private func providerKey(
    _ uri: String, _ argument: UnsafeMutableRawPointer
) -> OpaquePointer? {
    guard OSSL_PROVIDER_available(tokens, "pkcs11") == 1 else { return nil }
    let store = OSSL_STORE_open_ex(uri, tokens, nil, method, argument, nil, nil, nil)
    guard let store else { return nil }
    defer { OSSL_STORE_close(store) }
    while OSSL_STORE_eof(store) == 0 {
        guard let object = OSSL_STORE_load(store) else { break }
        defer { OSSL_STORE_INFO_free(object) }
        if let key = OSSL_STORE_INFO_get1_PKEY(object) { return key }
    }
    return nil
}

/// The key through the engine `pkcs11`.
private func engineKey(
    _ uri: String, _ argument: UnsafeMutableRawPointer
) throws(SigningError) -> OpaquePointer? {
    guard let engine = ccrypto_open_engine("pkcs11", method, argument) else {
        guard OSSL_PROVIDER_available(tokens, "pkcs11") == 1 else {
            throw SigningError("\(uri): OpenSSL has neither a provider nor an engine for PKCS#11")
        }
        throw SigningError("\(uri): there is no such key")
    }
    // A key keeps its engine.
    defer { ccrypto_close_engine(engine) }
    return ccrypto_engine_key(engine, uri, method, argument)
}

/// Why there is no key, by the error that came first.
private func tokenError(_ uri: String) -> SigningError {
    let code = ERR_peek_error()
    // The provider does not tell.
    guard code != 0 else { return SigningError("\(uri): no such key, or the PIN is wrong") }
    // `CKR_PIN_INCORRECT`, `CKR_PIN_INVALID` and `CKR_PIN_LEN_RANGE` of PKCS#11; libcrypto itself
    // refuses lengths, too.
    let isWrongPIN = (0xa0...0xa2).contains(reason(code)) || library(code) == ERR_LIB_UI
    if isWrongPIN { return SigningError("\(uri): the PIN is wrong") }
    let reason = ERR_reason_error_string(code).map { String(cString: $0) }
    return SigningError("\(uri): the key cannot be had: \(reason ?? "no reason known")")
}
