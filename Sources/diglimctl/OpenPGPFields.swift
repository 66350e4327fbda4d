import CommandLineTool

/// What an OpenPGP signature says of itself, also one that librpm cannot read.
struct OpenPGPFields {
    /// The version of the signature packet.
    let version: Int
    /// The key's algorithm, by OpenPGP's number.
    let algorithm: Int
    /// The hash algorithm, by OpenPGP's number.
    let hash: Int
    /// When it was made, in seconds since 1970.
    private(set) var creationTime: UInt32?
    /// The ID of the key that made it, 8 bytes.
    private(set) var keyID: [UInt8]?

    /// Takes a signature packet of version 4 or 6 apart, see RFC 9580, section 5.2.3.
    ///
    /// - Parameter data: The signature data, one packet.
    /// - Throws: ``CommandError`` where it is something else.
    init(_ data: [UInt8]) throws(CommandError) {
        var packets = OpenPGPReader(data)
        let packet = try packets.packet()
        var body = OpenPGPReader(packet.body)
        version = try body.number(size: 1)
        guard packet.tag == 2, packets.isAtEnd, [4, 6].contains(version) else {
            throw CommandError("no OpenPGP signature of version 4 or 6")
        }
        _ = try body.number(size: 1)
        algorithm = try body.number(size: 1)
        hash = try body.number(size: 1)
        for _ in ["hashed", "unhashed"] {
            let size = try body.number(size: version == 6 ? 4 : 2)
            try read(attributes: body.bytes(count: size))
        }
        _ = try body.bytes(count: 2)
    }

    private mutating func read(attributes: ArraySlice<UInt8>) throws(CommandError) {
        var reader = OpenPGPReader(attributes)
        while !reader.isAtEnd {
            var attribute = OpenPGPReader(try reader.bytes(count: reader.attributeLength()))
            // The highest bit says that the attribute is critical.
            let type = try attribute.number(size: 1) & 0x7f
            let value = Array(attribute.rest)
            switch (type, value.count) {
            case (2, 4): creationTime = value.reduce(0) { $0 << 8 | UInt32($1) }
            case (16, 8): keyID = value
            // A fingerprint behind the version of the key.
            case (33, 21): keyID = Array(value.suffix(8))
            case (33, 33): keyID = Array(value.dropFirst().prefix(8))
            default: break
            }
        }
    }

    /// Whether a librpm may refuse the signature for the sole reason that it is too new.
    var isPerhapsUnknown: Bool { version > 4 || ![1, 3, 17, 22].contains(algorithm) }

    /// The name of a key's algorithm, see RFC 9580, section 9.1, and for the last five
    /// draft-ietf-openpgp-pqc.
    ///
    /// - Parameter number: OpenPGP's number.
    static func algorithm(_ number: Int) -> String {
        switch number {
        case 1, 3: "RSA"
        case 17: "DSA"
        case 19: "ECDSA"
        case 22: "EdDSA"
        case 27: "Ed25519"
        case 28: "Ed448"
        case 30: "ML-DSA-65+Ed25519"
        case 31: "ML-DSA-87+Ed448"
        case 32: "SLH-DSA-SHAKE-128s"
        case 33: "SLH-DSA-SHAKE-128f"
        case 34: "SLH-DSA-SHAKE-256s"
        default: "algorithm \(number)"
        }
    }

    /// The name of a hash algorithm, see RFC 9580, section 9.5.
    ///
    /// - Parameter number: OpenPGP's number.
    static func hash(_ number: Int) -> String {
        switch number {
        case 1: "MD5"
        case 2: "SHA1"
        case 3: "RIPEMD160"
        case 8: "SHA256"
        case 9: "SHA384"
        case 10: "SHA512"
        case 11: "SHA224"
        case 12: "SHA3-256"
        case 14: "SHA3-512"
        default: "hash \(number)"
        }
    }
}

extension OpenPGPReader {
    /// The length of an attribute, see RFC 9580, section 5.2.3.7.
    fileprivate mutating func attributeLength() throws(CommandError) -> Int {
        let first = try number(size: 1)
        if first < 192 { return first }
        if first < 255 { return (first - 192) << 8 + (try number(size: 1)) + 192 }
        return try number(size: 4)
    }
}
