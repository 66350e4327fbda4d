import CommandLineTool

/// What an OpenPGP signature says of itself, also one that librpm cannot read.
public struct OpenPGPFields {
    /// The version of the signature packet.
    let version: Int
    /// What kind of signature it is, by OpenPGP's number.
    let type: Int
    /// The key's algorithm, by OpenPGP's number.
    let algorithm: Int
    /// The hash algorithm, by OpenPGP's number.
    let hash: Int
    /// When it was made, in seconds since 1970.
    private(set) var creationTime: UInt32?
    /// The ID of the key that made it, 8 bytes; what is protected goes before what is not.
    private(set) var keyID: [UInt8]?
    /// Whether the key's ID stands in it as such, and not only as a part of a fingerprint.
    private(set) var namesKeyID = false
    /// Of a key's own signature: for how many seconds the key is valid; 0 for ever.
    private(set) var keyLifetime: UInt32 = 0
    /// What of the packet the hash is over, behind the content.
    let hashedFields: [UInt8]
    /// The attributes that the hash is not over.
    let unprotected: [UInt8]
    /// The first two bytes of the hash.
    let hashStart: [UInt8]
    /// What the hash begins with, before the content; empty before version 6.
    let salt: [UInt8]
    /// The signature itself: what the algorithm has made of the hash.
    let numbers: [UInt8]

    /// Takes a signature packet apart.
    ///
    /// - Parameter data: The signature data, one packet.
    /// - Throws: ``CommandError`` where it is something else.
    init(_ data: [UInt8]) throws(CommandError) {
        do throws(CommandError) {
            var packets = OpenPGPReader(data)
            let (tag, body) = try packets.packet()
            guard tag == 2 else { throw CommandError("another packet, of type \(tag)") }
            guard packets.isAtEnd else { throw CommandError("bytes after the packet") }
            try self.init(body: body)
        } catch {
            throw CommandError("the OpenPGP signature cannot be read: \(error.text)")
        }
    }

    /// Takes a signature packet of version 3, 4 or 6 apart, see RFC 9580, section 5.2.
    ///
    /// - Parameter body: The packet's body.
    /// - Throws: ``CommandError`` where it is something else.
    init(body: ArraySlice<UInt8>) throws(CommandError) {
        var reader = OpenPGPReader(body)
        version = try reader.number(size: 1)
        if version == 3 {
            guard try reader.number(size: 1) == 5 else {
                throw CommandError("an OpenPGP signature of version 3 with attributes")
            }
            hashedFields = Array(reader.rest.prefix(5))
            type = try reader.number(size: 1)
            creationTime = UInt32(try reader.number(size: 4))
            keyID = Array(try reader.bytes(count: 8))
            namesKeyID = true
            algorithm = try reader.number(size: 1)
            hash = try reader.number(size: 1)
            unprotected = []
            hashStart = Array(try reader.bytes(count: 2))
            salt = []
            numbers = Array(reader.rest)
            return
        }
        guard version == 4 || version == 6 else {
            throw CommandError("an OpenPGP signature of the unknown version \(version)")
        }
        type = try reader.number(size: 1)
        algorithm = try reader.number(size: 1)
        hash = try reader.number(size: 1)
        let sizeOfSize = version == 6 ? 4 : 2
        let protected = try reader.bytes(count: reader.number(size: sizeOfSize))
        let hashed = Array(body.prefix(4 + sizeOfSize + protected.count))
        let size = (0..<4).reversed().map { UInt8(truncatingIfNeeded: hashed.count >> (8 * $0)) }
        hashedFields = hashed + [UInt8(version), 0xff] + size
        unprotected = Array(try reader.bytes(count: reader.number(size: sizeOfSize)))
        hashStart = Array(try reader.bytes(count: 2))
        salt = version == 6 ? Array(try reader.bytes(count: reader.number(size: 1))) : []
        numbers = Array(reader.rest)
        try read(attributes: protected, areProtected: true)
        try read(attributes: unprotected[...], areProtected: false)
    }

    private mutating func read(
        attributes: ArraySlice<UInt8>, areProtected: Bool
    ) throws(CommandError) {
        var reader = OpenPGPReader(attributes)
        var keyID: [UInt8]?
        while !reader.isAtEnd {
            let (type, value) = try reader.attribute()
            switch (type, value.count, value.first) {
            case (2, 4, _) where areProtected: creationTime = Self.number(value)
            case (9, 4, _) where areProtected: keyLifetime = Self.number(value)
            case (16, 8, _):
                keyID = value
                namesKeyID = true
            // A fingerprint behind the version of the key.
            case (33, 21, 4): keyID = keyID ?? value.suffix(8)
            case (33, 33, 6): keyID = keyID ?? Array(value[1...8])
            default: break
            }
        }
        self.keyID = self.keyID ?? keyID
    }

    private static func number(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Whether it is a signature over bytes, and not over a text, a key or a user's name.
    var isOverBytes: Bool { type == 0 }

    /// Whether a librpm may refuse the signature for the sole reason that it is too new.
    var isPerhapsUnknown: Bool { version > 4 || ![1, 3, 17, 22].contains(algorithm) }

    /// Whether it is made with RSA.
    var isRSA: Bool { algorithm == 1 || algorithm == 3 }

    /// The name of a key's algorithm, see RFC 9580, section 9.1, and for the last five
    /// draft-ietf-openpgp-pqc.
    ///
    /// - Parameter number: OpenPGP's number.
    public static func algorithm(_ number: Int) -> String {
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
