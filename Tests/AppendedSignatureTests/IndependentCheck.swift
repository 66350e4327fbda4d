import BlackBox
import CCrypto
import Testing

/// One element of DER, read without libcrypto.
struct DERElement {
    /// The first byte.
    var tag: UInt8
    /// The contents, without tag and length.
    var contents: [UInt8]
    /// The whole element.
    var bytes: [UInt8]

    /// The elements, one after the other; `nil` where there is something else.
    static func all(in bytes: [UInt8]) -> [DERElement]? {
        var elements: [DERElement] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 2 else { return nil }
            let start = rest.startIndex
            var header = 2
            var count = Int(rest[start + 1])
            if count >= 0x80 {
                let digits = count - 0x80
                guard (1...3).contains(digits), rest.count >= 2 + digits else { return nil }
                count = rest[start + 2..<start + 2 + digits].reduce(0) { $0 << 8 | Int($1) }
                header += digits
            }
            guard rest.count >= header + count else { return nil }
            elements.append(
                DERElement(
                    tag: rest[start],
                    contents: Array(rest[start + header..<start + header + count]),
                    bytes: Array(rest[..<(start + header + count)])))
            rest = rest[(start + header + count)...]
        }
        return elements
    }

    /// The elements within; `nil` where there is something else.
    var elements: [DERElement]? { Self.all(in: contents) }
}

/// What a message with one signer says, read without libcrypto's CMS.
struct PlainMessage {
    private var signer: [DERElement]

    /// Reads a message; `nil` where it is none.
    init?(_ der: [UInt8]) {
        guard let outer = DERElement.all(in: der), outer.count == 1,
            let info = outer[0].elements, info.count == 2,
            let data = info[1].elements?.first?.elements,
            let signers = data.last, signers.tag == 0x31,
            let all = signers.elements, all.count == 1,
            let signer = all[0].elements, signer.count >= 5
        else { return nil }
        self.signer = signer
    }

    /// Whether the signature is one of the content: in one call to libcrypto, of the digest that
    /// the message names.
    func isSignature(of content: [UInt8], by key: X509Key.Kind, _ publicKey: OpaquePointer) -> Bool
    {
        guard let number = signer[2].elements?.first?.contents,
            let method = EVP_get_digestbyname(Self.hashes[number] ?? "")
        else { return false }
        var signed = content
        var index = 3
        if signer[3].tag == 0xa0 {
            // Signed is a set, whatever its tag in the message is.
            signed = [0x31] + signer[3].bytes.dropFirst()
            guard Self.attributes(signer[3], contain: digest(of: content, method)) else {
                return false
            }
            index = 4
        }
        guard signer.count > index + 1, signer[index + 1].tag == 0x04 else { return false }
        let value = signer[index + 1].contents
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestVerifyInit(context, nil, key == .ed25519 ? nil : method, nil, publicKey)
        return EVP_DigestVerify(context, value, value.count, signed, signed.count) == 1
    }

    /// Object identifiers of SHA-2.
    private static let hashes: [[UInt8]: String] = [
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]: "SHA256",
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2]: "SHA384",
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3]: "SHA512",
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4]: "SHA224",
    ]

    private static func attributes(_ set: DERElement, contain digest: [UInt8]) -> Bool {
        let messageDigest: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4]
        let found = (set.elements ?? []).compactMap(\.elements).filter {
            $0.first?.contents == messageDigest
        }
        return found.count == 1
            && found[0].last?.elements?.map(\.contents) == [digest]
    }

    private func digest(of content: [UInt8], _ method: OpaquePointer) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        var count: UInt32 = 0
        EVP_Digest(content, content.count, &digest, &count, method, nil)
        return Array(digest[..<Int(count)])
    }
}

/// The public key of a certificate, read apart from the library.
final class PublicKey {
    let key: OpaquePointer

    init(_ key: X509Key) throws {
        let der = try readFile(key.certificateDERPath)
        self.key = try #require(
            der.withUnsafeBufferPointer { buffer in
                var start = buffer.baseAddress
                let certificate = d2i_X509(nil, &start, buffer.count)
                defer { X509_free(certificate) }
                return X509_get_pubkey(certificate)
            })
    }

    deinit { EVP_PKEY_free(key) }
}
