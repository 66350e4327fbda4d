import CRPMDatabase
import CommandLineTool
import Glibc

/// The OpenPGP keys in a file, armored or not.
struct KeyringFile {
    /// Each key with its user IDs and subkeys, as a sequence of packets.
    let keys: [[UInt8]]

    private static let armorStart = Array("-----BEGIN PGP PUBLIC KEY BLOCK-----".utf8)
    /// More than any collection of keys has, in bytes.
    private static let maximumSize = 1 << 26

    /// Reads a file's bytes.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: ``CommandError`` where it cannot be read or is too large.
    static func bytes(of path: Path) throws(CommandError) -> [UInt8] {
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        return try readAll(descriptor, limit: maximumSize, for: "a keyring")
    }

    /// Whether bytes begin as keys do that are not armored: the first bit of a packet's tag is set,
    /// and a letter's is not.
    ///
    /// - Parameter file: The file's bytes.
    static func isBinary(_ file: [UInt8]) -> Bool { file.first.map { $0 >= 0x80 } ?? false }

    /// Whether there are armored keys in a file.
    ///
    /// - Parameter file: The file's bytes.
    static func isArmored(_ file: [UInt8]) -> Bool {
        !lines(of: file, beginningWith: armorStart).isEmpty
    }

    /// Finds the keys of a file.
    ///
    /// - Parameter file: The file's bytes.
    /// - Throws: ``CommandError`` where it has no keys.
    init(_ file: [UInt8]) throws(CommandError) {
        var keys: [[UInt8]] = []
        for packets in Self.isBinary(file) ? [file] : try Self.dearmored(file) {
            keys += try Self.split(packets)
        }
        self.keys = keys
    }

    /// The packets of each armored block, as RFC 4880, section 6.2, wraps them.
    private static func dearmored(_ file: [UInt8]) throws(CommandError) -> [[UInt8]] {
        let starts = lines(of: file, beginningWith: armorStart)
        if starts.isEmpty { throw CommandError("no OpenPGP public key") }
        var blocks: [[UInt8]] = []
        for (start, end) in zip(starts, starts.dropFirst() + [file.count]) {
            let text = file[start..<end].prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            var packets: UnsafeMutablePointer<UInt8>?
            var size = 0
            let result = pgpParsePkts(text, &packets, &size)
            defer { free(packets) }
            guard result == PGPARMOR_PUBKEY, let packets else {
                throw CommandError("the armored block \(blocks.count + 1) is damaged")
            }
            blocks.append(Array(UnsafeBufferPointer(start: packets, count: size)))
        }
        return blocks
    }

    /// Each key of a sequence of keys.
    private static func split(_ packets: [UInt8]) throws(CommandError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        var rest = packets[...]
        while !rest.isEmpty {
            var size = 0
            let result = Array(rest).withUnsafeBufferPointer {
                pgpPubKeyCertLen($0.baseAddress, $0.count, &size)
            }
            guard result == 0, size > 0, size <= rest.count else {
                throw CommandError("the key \(keys.count + 1) is damaged")
            }
            keys.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return keys
    }
}

/// Where those lines of a file begin that begin with a text.
///
/// - Parameters:
///   - file: The file's bytes.
///   - start: The text.
func lines(of file: [UInt8], beginningWith start: [UInt8]) -> [Int] {
    let lines = [0] + file.indices.filter { file[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    return lines.filter { file[$0...].starts(with: start) }
}
