import BlackBox
import Foundation
import RandomNumbers
import Testing

/// Lists of which one bit has been changed: none of them is good.
@Suite(.needs(.diglimctl))
struct VerifyTamperingTests {
    private let directory: TemporaryDirectory
    private let small = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes

    init() throws { directory = try TemporaryDirectory() }

    /// Verifies copies of a list with one bit changed each.
    ///
    /// - Returns: The verdicts, and the exit status.
    private func verify(
        _ list: [UInt8], changing bits: some Sequence<Int>, _ arguments: [String]
    ) throws -> [String] {
        let paths = try bits.map { bit in
            var changed = list
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            return try directory.write(changed, to: "\(bit)")
        }
        defer { for path in paths { unlink(path) } }
        let outcome = try Diglimctl.run(["verify", "--json"] + arguments + paths)
        #expect(outcome.status == 1)
        let results = try outcome.json([VerifiedResult].self)
        #expect(results.map(\.file) == paths)
        return results.map(\.verdict)
    }

    @Test(arguments: X509Key.Kind.allCases, [false, true])
    func everyBitOfACompactList(_ kind: X509Key.Kind, _ namesKey: Bool) throws {
        let key = try X509Key(kind)
        let path = try directory.write(small, to: "list")
        try key.sign(path, namesKey ? ["--keyid"] : [])
        let signed = try readFile(path)
        let verdicts = try verify(
            signed, changing: 0..<8 * signed.count, ["--certificate", key.certificatePath])
        #expect(verdicts.count == 8 * signed.count)
        #expect(!verdicts.contains("good"))
        #expect(verdicts.contains("bad"))
    }

    @Test(
        .enabled(if: SignedPackage.isPossible, "no rpmbuild, rpmsign or gpg"),
        arguments: ["rsa2048", "dsa2048", "ed25519"])
    func everyBitOfAnOpenPGPSignature(_ algorithm: String) throws {
        let key = try SigningKey(algorithm)
        let package = try SignedPackage(by: key)
        let keyring = try directory.write(key.exported(), to: "keyring")
        let list = try readFile(package.list)
        let verdicts = try verify(
            list, changing: 8 * package.regionSize..<8 * list.count, ["--keyring", keyring])
        #expect(!verdicts.contains("good"))
        #expect(verdicts.contains("bad"))
        #expect(verdicts.count > 300)
        var generator = SplitMix64(seed: 3)
        let places = Set((0..<500).map { _ in generator.number(below: 8 * package.regionSize) })
        let others = try verify(list, changing: places.sorted(), ["--keyring", keyring])
        #expect(others.allSatisfy { $0 == "bad" })
    }

    /// Of the corpus only rpm's own test package comes with its signer's key.
    @Test(.needsCorpus) func packageOfRPMsOwnTests() throws {
        try output(
            of: Program.diglimctl.path, "generate", "--output", directory.path("lists"),
            Corpus.packages + "/hello-2.0-1.x86_64-signed.rpm")
        let path = directory.path("lists/0-file_list-rpm-hello-2.0-1.x86_64")
        let keyring = Corpus.packages + "/rpm.org-rsa-2048-test.pub"
        let good = try Diglimctl.run("verify", "--keyring", keyring, path)
        #expect(good.status == 0)
        #expect(
            good.output == """
                \(path): good, signed by rpm.org RSA testkey <rsa@rpm.org>, key 4344591e1964c5fc

                """)
        let list = try readFile(path)
        let verdicts = try verify(list, changing: 0..<8 * list.count, ["--keyring", keyring])
        #expect(!verdicts.contains("good"))
    }

    /// The signer of two of them has written a number with a leading zero.
    @Test(.needsCorpus) func eachPackageOfTheDatabase() throws {
        let lists = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
        let names = try lists.names()
        #expect(names.count == 129)
        let others = Corpus.packages + "/rpm.org-rsa-2048-test.pub"
        let outcome = try Diglimctl.run(
            ["verify", "--json", "--keyring", others] + names.map(lists.path))
        #expect(outcome.status == 1)
        #expect(outcome.errors.isEmpty)
        let results = try outcome.json([VerifiedResult].self)
        #expect(results.count == 129)
        for result in results {
            #expect(result.verdict == "unknown_signer")
            #expect(result.signature?.keyId == "0cd9fed33135ce90")
            #expect(result.reason == "key 0cd9fed33135ce90 is not among those given")
        }
        let keyring = Corpus.database + "/rpm-gpg-key.asc"
        let good = try Diglimctl.run(["verify", "--keyring", keyring] + names.map(lists.path))
        #expect(good.status == 0, "\(good.output)")
        #expect(good.errors.isEmpty)
        for name in names where name.contains("-vim-") || name.contains("-repos-microsoft-prev") {
            let list = try lists.bytes(of: name)
            let bits = 8 * (list.count - 40 - 287)..<8 * list.count
            #expect(try !verify(list, changing: bits, ["--keyring", keyring]).contains("good"))
        }
        var generator = SplitMix64(seed: 5)
        let key = try X509Key(.rsa2048)
        for name in names {
            let list = try lists.bytes(of: name)
            let bits = (0..<10).map { _ in generator.number(below: 8 * list.count) }
            let verdicts = try verify(list, changing: Set(bits).sorted(), ["--keyring", keyring])
            #expect(!verdicts.contains("good"))
        }
        // The same lists, signed by their owner.
        try output(
            of: Program.diglimctl.path,
            [
                "sign", "--replace", "--key", key.keyPath, "--certificate", key.certificatePath,
            ] + names.map(lists.path))
        let trust = ["--certificate", key.certificatePath]
        #expect(try Diglimctl.run(["verify"] + trust + names.map(lists.path)).status == 0)
        for name in names {
            let list = try lists.bytes(of: name)
            let bits = (0..<10).map { _ in generator.number(below: 8 * list.count) }
            let verdicts = try verify(list, changing: Set(bits).sorted(), trust)
            #expect(verdicts.allSatisfy { $0 == "bad" || $0 == "unknown_signer" })
        }
    }
}
