import BlackBox
import Foundation
import RandomNumbers
import Testing

/// RPM digest lists with the signatures of their packages.
@Suite(.needs(.diglimctl), .enabled(if: SignedPackage.isPossible, "no rpmbuild, rpmsign or gpg"))
struct VerifyOpenPGPTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func verify(_ path: String, keyring: [UInt8]) throws -> Outcome {
        try Diglimctl.run(
            "verify", "--keyring", directory.write(keyring, to: "keyring"), path)
    }

    @Test(arguments: ["rsa2048", "rsa4096", "dsa2048", "ed25519"])
    func goodAndOthers(_ algorithm: String) throws {
        let key = try SigningKey(algorithm)
        let package = try SignedPackage(by: key)
        let id = try #require(try key.keyIDs.first)
        for armored in [true, false] {
            let good = try verify(package.list, keyring: key.exported(armored: armored))
            #expect(good.status == 0, "\(good.errors)")
            #expect(good.errors.contains("no kernel takes") == !algorithm.hasPrefix("rsa"))
            #expect(good.errorLines.count == (algorithm.hasPrefix("rsa") ? 0 : 1))
            #expect(
                good.output == "\(package.list): good, signed by \(SigningKey.user), key \(id)\n")
        }
        let unknown = try verify(package.list, keyring: SigningKey().exported())
        #expect(unknown.status == 1)
        #expect(unknown.output == "\(package.list): key \(id) is not among those given\n")
    }

    /// The signature is that of a subkey, which is worth as much as the key that vouches for it.
    @Test(arguments: ["rsa2048", "ed25519"]) func signingSubkey(_ algorithm: String) throws {
        let key = try SigningKey("rsa2048", subkey: algorithm)
        let package = try SignedPackage(by: key)
        let good = try verify(package.list, keyring: key.exported())
        #expect(good.status == 0)
        #expect(good.output.hasSuffix(", key \(try key.keyIDs[1])\n"))
        let reasons = algorithm == "ed25519" ? "made with EdDSA, not RSA, by" : "by"
        #expect(
            good.errors
                == "diglimctl: \(package.list): warning: no kernel takes the signature: \(reasons) "
                + "a subkey\n")
    }

    @Test func severalKeysInOneFile() throws {
        let keys = try [SigningKey(), SigningKey("ed25519"), SigningKey()]
        let package = try SignedPackage(by: keys[2])
        for armored in [true, false] {
            let keyring = try keys.flatMap { try $0.exported(armored: armored) }
            let good = try verify(package.list, keyring: keyring)
            #expect(good.status == 0)
            #expect(good.errors.isEmpty)
        }
        let text = try Array("Keys of the tests.\n\n".utf8) + keys[2].exported()
        #expect(try verify(package.list, keyring: text).status == 0)
    }

    /// librpm 4.18 has no ECDSA; the other keys are as good as without such a one.
    @Test func keyThatLibrpmCannotRead() throws {
        let keys = try [SigningKey("nistp256"), SigningKey()]
        let package = try SignedPackage(by: keys[1])
        let keyring = try keys.flatMap { try $0.exported(armored: false) }
        #expect(try verify(package.list, keyring: keyring).status == 0)
    }

    /// librpm would crash on the subkey of a key without a name.
    @Test func keyWithoutUserID() throws {
        let key = try SigningKey("rsa2048", subkey: "rsa2048")
        let package = try SignedPackage(by: SigningKey())
        var packets = OpenPGPPackets(try key.exported(armored: false)).packets
        packets.removeAll { $0[0] & 0x3c == 13 << 2 }
        let outcome = try verify(package.list, keyring: packets.flatMap { $0 })
        #expect(outcome.status == 1)
        #expect(outcome.output.hasSuffix(" is not among those given\n"))
    }

    /// libgcrypt would end the program.
    @Test func keyOfDSAWithoutPrimes() throws {
        let package = try SignedPackage(by: SigningKey())
        var packets = OpenPGPPackets(try SigningKey("dsa2048").exported(armored: false)).packets
        // Behind header, version, time and algorithm: the modulus, 2048 bits.
        #expect(packets[0][9..<11] == [8, 0])
        for place in 11..<11 + 256 { packets[0][place] = 0 }
        let outcome = try verify(package.list, keyring: packets.flatMap { $0 })
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errors.contains("warning: key 1: not a DSA key"))
    }

    @Test func keyringsThatAreNone() throws {
        let key = try SigningKey()
        let package = try SignedPackage(by: key)
        let binary = try key.exported(armored: false)
        let armored = try key.exported()
        var damaged = armored
        damaged[armored.count / 2] ^= 1
        let wrong: [[UInt8]] = [
            [], [0], Array("Hello\n".utf8), Array(binary.dropLast()), Array(binary.dropFirst()),
            damaged, Array(armored.dropLast(60)), [0x99, 0, 0], [0xff],
        ]
        for keyring in wrong {
            let outcome = try verify(package.list, keyring: keyring)
            #expect(outcome.status == 1)
            // A key without what binds it to its owner rpm-sequoia reads, and does not use.
            guard outcome.output.isEmpty else {
                #expect(
                    outcome.output.contains(
                        "cannot be verified by this librpm: librpm does not use the key"))
                continue
            }
            let last = try #require(outcome.errorLines.last)
            #expect(last.hasPrefix("diglimctl: \(directory.path("keyring")): "), "\(last)")
        }
    }

    /// `rpmkeys` has the same verdict on a package whose header has been changed.
    @Test(arguments: ["rsa2048", "dsa2048", "ed25519"])
    func sameVerdictAsRPM(_ algorithm: String) throws {
        let key = try SigningKey(algorithm)
        let package = try SignedPackage(by: key)
        let rpm = try RPMKeys(importing: key)
        #expect(try rpm.accepts(package.path))
        let keyring = try key.exported()
        var generator = SplitMix64(seed: 7)
        let whole = try readFile(package.path)
        let list = try readFile(package.list)
        let region = Array(list[..<package.regionSize])
        let start = try #require(Data(whole).range(of: Data(region))).lowerBound
        for number in 0..<40 {
            // Past the sizes, where rpm would read something else as the header.
            let place = 16 + generator.number(below: region.count - 16)
            let bit = UInt8(1) << UInt8(generator.number(below: 8))
            var changed = whole
            changed[start + place] ^= bit
            let changedPackage = try directory.write(changed, to: "\(number).rpm")
            #expect(try !rpm.accepts(changedPackage))
            var changedList = list
            changedList[place] ^= bit
            let path = try directory.write(changedList, to: "\(number)")
            let outcome = try verify(path, keyring: keyring)
            #expect(outcome.status == 1)
            #expect(outcome.output.hasPrefix("\(path): bad: "), "\(outcome.output)")
        }
    }

    /// The machine's keys and configuration are of no meaning.
    @Test func nothingElseIsRead() throws {
        let key = try SigningKey()
        let package = try SignedPackage(by: key)
        let keyring = try directory.write(key.exported(), to: "keyring")
        var command = Command(
            "strace",
            [
                "-f", "-e", "trace=file", "-o", directory.path("trace"), Program.diglimctl.path,
                "verify", "--keyring", keyring, package.list,
            ])
        command.environment = ["PATH=/usr/bin:/bin", "HOME=\(directory.path)"]
        #expect(try command.run().status == 0)
        let trace = String(decoding: try directory.bytes(of: "trace"), as: UTF8.self)
        #expect(trace.contains(keyring))
        for path in ["/var/lib/rpm", "sysimage/rpm", ".rpmmacros", "rpmrc", "/usr/lib/rpm/"] {
            #expect(!trace.contains(path), "\(path)")
        }
    }
}
