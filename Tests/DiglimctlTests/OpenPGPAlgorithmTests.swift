import BlackBox
import Testing

/// OpenPGP signatures that are too new for some librpm, which still are told.
@Suite(.needs(.diglimctl))
struct OpenPGPAlgorithmTests {
    private let directory: TemporaryDirectory
    private let name = "0-file_list-rpm-odd-1-1.noarch"
    private let keyID: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    init() throws { directory = try TemporaryDirectory() }

    /// A signature packet, of which nothing is right but its form.
    private func packet(version: UInt8, _ algorithm: UInt8, hash: UInt8 = 10) -> [UInt8] {
        let fingerprint = [version] + (version == 6 ? keyID + zeros(24) : zeros(12) + keyID)
        let hashed = [5, 2] + bigEndian(UInt32(1_700_000_000))
        let unhashed = [UInt8(fingerprint.count + 1), 33] + fingerprint
        func sized(_ bytes: [UInt8]) -> [UInt8] {
            (version == 6 ? bigEndian(UInt32(bytes.count)) : bigEndian(UInt16(bytes.count))) + bytes
        }
        let body = [version, 0, algorithm, hash] + sized(hashed) + sized(unhashed) + zeros(66)
        return [0xc2, UInt8(body.count)] + body
    }

    private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private func show(signature: [UInt8]) throws -> (Outcome, ShownList) {
        let header = PackageBuilder(file: ("/usr/bin/", "odd")).header
        let path = try directory.write(header + appended(signature, kind: 0), to: name)
        let outcome = try Diglimctl.run("show", "--json", path)
        return (outcome, try #require(try outcome.json([ShownList].self).first))
    }

    @Test(
        arguments: [
            (4, 19, "ECDSA"), (4, 27, "Ed25519"), (6, 27, "Ed25519"), (6, 28, "Ed448"),
            (6, 30, "ML-DSA-65+Ed25519"), (6, 1, "RSA"), (4, 99, "algorithm 99"),
        ] as [(UInt8, UInt8, String)])
    func algorithmsAreNamed(_ version: UInt8, _ algorithm: UInt8, _ name: String) throws {
        let (outcome, list) = try show(signature: packet(version: version, algorithm))
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(list.error == nil)
        #expect(list.mutable == 1)
        #expect(list.signature?.algorithm == name)
        #expect(list.signature?.hash == "SHA512")
        #expect(list.signature?.keyId == "0102030405060708")
        #expect(list.signature?.created == "2023-11-14T22:13:20Z")
    }

    /// Of the lengths that a packet of the old form can have, the last one is none.
    @Test func packetsWithoutALength() throws {
        for first in [0x88, 0x89, 0x8a, 0x8b] as [UInt8] {
            for filler in [0x00, 0x7f, 0xff] as [UInt8] {
                let (outcome, shown) = try show(
                    signature: [first] + [UInt8](repeating: filler, count: 40))
                #expect(outcome.status == 1)
                #expect(shown.error?.isEmpty == false)
            }
        }
    }

    @Test func whatIsDamagedIsStillAFailure() throws {
        let whole = packet(version: 4, 19)
        for signature in [Array(whole.dropLast(70)), [1, 2, 3], packet(version: 5, 19)] {
            let (outcome, list) = try show(signature: signature)
            #expect(outcome.status == 1)
            #expect(list.error?.contains("OpenPGP signature") == true, "\(outcome.errors)")
            #expect(list.mutable == 1)
        }
    }

    @Test(.needsCorpus) func packageOfAnotherToolsTests() throws {
        let outcome = try Diglimctl.run(
            "generate", "--output", directory.path, Corpus.packageWithECDSA)
        #expect(outcome.status == 0)
        let path = directory.path("0-file_list-rpm-rpm-basic-2.3.4-5.el9.noarch")
        let shown = try Diglimctl.run("show", path)
        #expect(shown.status == 0)
        #expect(shown.output.contains("\n  signature   OpenPGP, ECDSA/SHA256, 119 bytes\n"))
        #expect(shown.output.contains("\n              key ID "))
    }
}
