/// A URI of a PKCS#11 key, as in RFC 7512, without what neither OpenSSL's engine nor its provider
/// takes in the same way.
struct TokenURI {
    /// The URI without the attribute `pin-source`.
    private(set) var text: String
    /// The file that has the PIN in its first line.
    private(set) var pinFile: String?

    /// Takes a URI apart.
    ///
    /// - Parameter uri: The URI.
    /// - Throws: ``SigningError`` for attributes that are refused.
    init(_ uri: String) throws(SigningError) {
        // The engine takes each of these for the end of an attribute, wherever it is.
        let attributes = uri.split { ":;?&".contains($0) }
        guard !attributes.contains(where: { $0.lowercased().hasPrefix("pin-value=") }) else {
            throw SigningError(
                "a PKCS#11 URI with pin-value shows the PIN to everybody; put the PIN into"
                    + " \(Passphrase.variable) or a file")
        }
        let parts = uri.dropFirst("pkcs11:".count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        text = uri
        let path = try others(parts[0], separator: ";")
        let query = parts.count > 1 ? try others(parts[1], separator: "&") : ""
        // The engine reads the whole file, with its last newline.
        text = "pkcs11:" + path + (query.isEmpty ? "" : "?" + query)
    }

    /// Takes attributes in, and returns those that are left to OpenSSL.
    private mutating func others(
        _ attributes: Substring, separator: Character
    ) throws(SigningError) -> String {
        var others: [Substring] = []
        for attribute in attributes.split(separator: separator) {
            let sides = attribute.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? sides[1] : ""
            switch sides[0].lowercased() {
            case "pin-source": pinFile = try file(of: value)
            case "module-path", "module-name":
                throw SigningError(
                    "\(text): no module is loaded for \(sides[0]); leave it out, and name the"
                        + " module in the environment, as PKCS11_MODULE_PATH for OpenSSL's engine"
                        + " or PKCS11_PROVIDER_MODULE for its provider, or in OpenSSL's"
                        + " configuration")
            default: others.append(attribute)
            }
        }
        return others.joined(separator: String(separator))
    }

    /// The path that `pin-source` gives, which may be a URI too.
    private func file(of source: Substring) throws(SigningError) -> String {
        guard let decoded = decode(source), !decoded.isEmpty else {
            throw SigningError("\(text): pin-source names no file")
        }
        guard decoded.first != "|" else {
            throw SigningError("\(text): pin-source names a program, and none is run; name a file")
        }
        guard decoded.lowercased().hasPrefix("file:") else { return decoded }
        let path = decoded.dropFirst("file:".count)
        guard path.hasPrefix("//") else { return String(path) }
        // Behind two slashes there is a host, which is empty for this one.
        return String(path.dropFirst(2))
    }
}

/// A part of a URI without the escapes of RFC 3986; `nil` where one is broken.
private func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        guard digits.utf8.count == 2, digits.first != "+", let value = UInt8(digits, radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
