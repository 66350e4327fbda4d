import BlackBox
import Testing

/// Signatures that are right and written in another way than most signers write them.
@Suite(.needs(.diglimctl), .enabled(if: SignedPackage.isPossible, "no rpmbuild, rpmsign or gpg"))
struct VerifyFormTests {
    private let directory: TemporaryDirectory
    private let keyring: String
    private let content: [UInt8]
    /// One packet with two bytes of length.
    private let packet: [UInt8]
    private let digits: [UInt8]

    init() throws {
        directory = try TemporaryDirectory()
        let key = try SigningKey()
        keyring = try directory.write(key.exported(), to: "keyring")
        let package = try SignedPackage(by: key)
        let list = try readFile(package.list)
        content = Array(list.prefix(package.regionSize))
        packet = Array(list[package.regionSize...].dropLast(40))
        // One number of RSA is the end of it, of 256 bytes but for a few leading zeros.
        let body = Array(packet.dropFirst(packet[0] & 1 == 0 ? 2 : 3))
        let protected = Int(body[4]) << 8 | Int(body[5])
        let unprotected = Int(body[6 + protected]) << 8 | Int(body[7 + protected])
        digits = Array(body.dropFirst(12 + protected + unprotected))
    }

    private func verify(_ signature: [UInt8]) throws -> Outcome {
        let path = try directory.write(content + appended(signature, kind: 0), to: "list")
        return try Diglimctl.run("verify", "--keyring", keyring, path)
    }

    /// The signature with its number behind zeros, and a size in bits.
    private func packet(zeros: Int, bits: (Int) -> Int) -> [UInt8] {
        let header = packet[0] & 1 == 0 ? 2 : 3
        let fields = packet.dropFirst(header).dropLast(2 + digits.count)
        let number = [UInt8](repeating: 0, count: zeros) + digits
        let size = bits(number.count)
        let body = fields + [UInt8(size >> 8), UInt8(size & 0xff)] + number
        return [0x89, UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
    }

    @Test func numberWithLeadingZeros() throws {
        #expect(try verify(packet).output.contains(": good, "))
        #expect(try verify(packet).errors.isEmpty)
        for bits in [{ 8 * $0 - 7 }, { 8 * $0 }] as [(Int) -> Int] {
            for zeros in [1, 2, 40] {
                let outcome = try verify(packet(zeros: zeros, bits: bits))
                #expect(outcome.status == 0, "\(outcome.output)")
                // Of a number that is shorter by chance, all bytes may have been written.
                if digits.count + zeros != 256 || bits(1) == 8 {
                    #expect(
                        outcome.errors.hasSuffix(
                            ": warning: the signature has a number that is written longer than it is\n"
                        ))
                }
            }
        }
        for missing in 1...6 {
            let outcome = try verify(packet(zeros: 1) { 8 * $0 - missing })
            #expect(outcome.output.contains(": bad: the signature has a number whose length"))
        }
    }

    /// The kernel takes these, but nobody signs so, and nothing protects the second packet.
    @Test func severalPackets() throws {
        let marker: [UInt8] = [0xca, 3] + Array("PGP".utf8)
        for signature in [packet + packet, marker + packet, packet + marker] {
            let outcome = try verify(signature)
            #expect(outcome.status == 1)
            #expect(outcome.output.contains(": bad: the OpenPGP signature cannot be read: "))
        }
    }

    /// rpm-sequoia does not look at these 16 bits.
    @Test func startOfTheHash() throws {
        let place = packet.count - digits.count - 4
        for bit in 0..<16 {
            var changed = packet
            changed[place + bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try verify(changed).output.contains(": bad: "))
        }
    }
}
