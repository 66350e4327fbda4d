import CommandLineTool
import FileDigests
import Glibc

/// One of the public keys that belong to each other: a primary key, or one of its subkeys.
///
/// What librpm verifies with, and what its older versions do not look at: until when the keys are
/// valid, and whether they have been revoked. The signatures that say so are not verified, as they
/// lead to warnings only.
struct OpenPGPKey {
    /// The key's ID, 8 bytes.
    let id: [UInt8]
    /// The version of the key packet.
    let version: Int
    /// Whether it is the primary key.
    let isPrimary: Bool
    /// The size of RSA's modulus in bits; `nil` for a key of another algorithm.
    let modulusBits: Int?
    private let created: UInt32
    private var isRevoked = false
    /// For how many seconds it is valid; 0 for ever.
    private var lifetime: UInt32 = 0
    /// When that was said.
    private var lifetimeSet: UInt32 = 0

    /// Reads a key packet of version 4 or 6, see RFC 9580, section 5.5.2.
    private init?(_ body: ArraySlice<UInt8>, isPrimary: Bool) throws(CommandError) {
        var reader = OpenPGPReader(body)
        version = try reader.number(size: 1)
        guard let id = Self.id(version, Array(body)) else { return nil }
        self.id = id
        self.isPrimary = isPrimary
        created = UInt32(try reader.number(size: 4))
        let algorithm = try reader.number(size: 1)
        if version == 6 { _ = try reader.number(size: 4) }
        guard (1...3).contains(algorithm) else {
            modulusBits = nil
            return
        }
        let digits = try reader.largeNumber().digits.drop { $0 == 0 }
        modulusBits = 8 * digits.count - (digits.first?.leadingZeroBitCount ?? 0)
    }

    /// The ID of a key, see RFC 9580, section 5.5.4.
    private static func id(_ version: Int, _ body: [UInt8]) -> [UInt8]? {
        let size = (0..<4).reversed().map { UInt8(body.count >> (8 * $0) & 0xff) }
        return switch version {
        case 4: (try? Hasher(.sha1))?.digest(of: [0x99] + size.suffix(2) + body).suffix(8)
        case 6: ((try? Hasher(.sha256))?.digest(of: [0x9b] + size + body).prefix(8)).map(Array.init)
        default: nil
        }
    }

    /// Reads a key and its subkeys.
    ///
    /// - Parameter packets: The packets of one primary key.
    /// - Returns: The keys, the primary key first, without those of other versions.
    /// - Throws: ``CommandError`` for what is no sequence of packets.
    static func keys(in packets: [UInt8]) throws(CommandError) -> [OpenPGPKey] {
        var reader = OpenPGPReader(packets)
        var keys: [OpenPGPKey] = []
        var isOfKnownKey = false
        while !reader.isAtEnd {
            let (tag, body) = try reader.packet()
            switch tag {
            case 6, 14:
                let key = try OpenPGPKey(body, isPrimary: tag == 6)
                isOfKnownKey = key != nil
                if let key { keys.append(key) }
            case 2 where isOfKnownKey:
                if let signature = try? OpenPGPFields(body: body) { read(signature, &keys) }
            default: break
            }
        }
        return keys
    }

    /// Takes what a primary key says of itself or of the subkey before.
    private static func read(_ signature: OpenPGPFields, _ keys: inout [OpenPGPKey]) {
        guard let primary = keys.first, primary.isPrimary, signature.keyID == primary.id
        else { return }
        let last = keys.count - 1
        switch signature.type {
        case 0x20: keys[0].isRevoked = true
        case 0x28: keys[last].isRevoked = true
        case 0x10...0x13, 0x1f: keys[0].setLifetime(signature)
        case 0x18: keys[last].setLifetime(signature)
        default: break
        }
    }

    /// The newest signature counts.
    private mutating func setLifetime(_ signature: OpenPGPFields) {
        guard let time = signature.creationTime, time >= lifetimeSet else { return }
        lifetimeSet = time
        lifetime = signature.keyLifetime
    }

    /// What should be looked at where this key has signed, or one of its subkeys.
    var warnings: [String] {
        var warnings: [String] = []
        let name = "\(isPrimary ? "key" : "subkey") \(hexadecimal(id))"
        if isRevoked { warnings.append("the \(name) is revoked") }
        let end = Int(created) + Int(lifetime)
        if lifetime != 0 && end <= time(nil) {
            warnings.append("the \(name) expired on \(utcTime(end).prefix(10))")
        }
        if let modulusBits, modulusBits < 2048 {
            warnings.append("the RSA \(name) has only \(modulusBits) bits")
        }
        return warnings
    }
}
