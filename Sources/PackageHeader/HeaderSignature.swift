/// An OpenPGP signature over a package's header, and what it says of itself.
///
/// Nobody has verified it; what is damaged says nothing.
public struct HeaderSignature: Sendable {
    /// The signature, one packet.
    public let data: [UInt8]
    /// The version of the signature packet; 0 where the data is no signature.
    public private(set) var version: UInt8 = 0
    /// The key's algorithm, by OpenPGP's number; 0 where the data is no signature.
    public private(set) var algorithm: UInt8 = 0
    /// The ID of the key that made it, 8 bytes; empty where it is not told.
    public private(set) var keyID: [UInt8] = []

    /// Reads a signature.
    ///
    /// - Parameter data: The signature data.
    init(_ data: [UInt8]) {
        self.data = data
        var fields = Fields(data[...])
        guard var body = fields.signaturePacket(), let version = body.number(size: 1) else {
            return
        }
        switch version {
        case 3: read(version3: body)
        case 4, 6: read(body, version: version)
        default: break
        }
    }

    /// How soon it comes into question for a list, the lowest first: what kernels with the patches
    /// for PGP keys verify, which is RSA by a key of version 4 whose ID is told; what else is a
    /// signature; and what is none. Keys of version 4 make no packets of version 6.
    var rank: Int {
        let isRSA = algorithm == 1 || algorithm == 3
        if version == 0 { return 2 }
        return isRSA && version < 6 && !keyID.isEmpty ? 0 : 1
    }

    /// Reads what follows the version, see RFC 4880, section 5.2.2.
    private mutating func read(version3 body: Fields) {
        var body = body
        // A length, the signature's type and the time come first.
        guard body.bytes(count: 6) != nil, let keyID = body.bytes(count: 8),
            let algorithm = body.number(size: 1)
        else { return }
        self.version = 3
        self.algorithm = UInt8(algorithm)
        self.keyID = Array(keyID)
    }

    /// Reads what follows the version, see RFC 9580, section 5.2.3.
    private mutating func read(_ body: Fields, version: Int) {
        var body = body
        guard body.bytes(count: 1) != nil, let algorithm = body.number(size: 1),
            body.bytes(count: 1) != nil
        else { return }
        self.version = UInt8(version)
        self.algorithm = UInt8(algorithm)
        // What the hash protects comes before what it does not.
        for _ in 0..<2 where keyID.isEmpty {
            guard let size = body.number(size: version == 6 ? 4 : 2),
                let attributes = body.bytes(count: size)
            else { return }
            keyID = Fields(attributes).issuer
        }
    }
}

/// The fields of OpenPGP packets, each of them within what is left.
private struct Fields {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func bytes(count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(count)
        return bytes
    }

    /// Takes a number of up to 4 bytes, the highest first.
    mutating func number(size: Int) -> Int? {
        guard let bytes = bytes(count: size) else { return nil }
        var number = 0
        for byte in bytes { number = number << 8 | Int(byte) }
        return number
    }

    /// Takes a packet that is a signature, see RFC 9580, section 4.2.
    mutating func signaturePacket() -> Fields? {
        guard let first = number(size: 1), first & 0x80 != 0 else { return nil }
        let isOld = first & 0x40 == 0
        // No signature has a packet without a length, or one in parts.
        guard (isOld ? first >> 2 & 0xf : first & 0x3f) == 2, !isOld || first & 3 < 3,
            let size = isOld ? number(size: 1 << (first & 3)) : length(twoBytesUpTo: 224),
            let body = bytes(count: size)
        else { return nil }
        return Fields(body)
    }

    /// Takes a length of one, two or five bytes.
    ///
    /// - Parameter end: The first byte with which no length of two bytes begins.
    private mutating func length(twoBytesUpTo end: Int) -> Int? {
        guard let first = number(size: 1) else { return nil }
        if first < 192 { return first }
        if first < end { return number(size: 1).map { (first - 192) << 8 + $0 + 192 } }
        return first == 255 ? number(size: 4) : nil
    }

    /// The ID of the key that attributes name, by itself or at the end or the start of a
    /// fingerprint; empty where none does.
    var issuer: [UInt8] {
        var fields = self
        while let size = fields.length(twoBytesUpTo: 255),
            let attribute = fields.bytes(count: size), let type = attribute.first
        {
            let value = attribute.dropFirst()
            // The highest bit says that the attribute is critical.
            switch (type & 0x7f, value.count) {
            case (16, 8): return Array(value)
            // In front of a fingerprint stands the version of the key.
            case (33, 21): return Array(value.suffix(8))
            case (33, 33): return Array(value.dropFirst().prefix(8))
            default: break
            }
        }
        return []
    }
}
