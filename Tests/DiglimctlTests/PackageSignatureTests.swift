import BlackBox
import Foundation
import Testing

/// Packages as RPM 6 makes them, and what becomes of their signatures.
@Suite(.needs(.diglimctl), .needsCorpus)
struct NewPackageTests {
    private let output: TemporaryDirectory

    init() throws { output = try TemporaryDirectory() }

    private func generate(_ arguments: String...) throws -> (Outcome, GenerateResult) {
        let outcome = try Diglimctl.run(
            ["generate", "--json", "--output", output.path] + arguments)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    private func package(_ kind: String) -> String {
        Corpus.newPackages + "/rpm-basic-\(kind)-2.3.4-5.el9.noarch.rpm"
    }

    /// As rpm 6.1 names the signatures.
    @Test(arguments: [
        ("multiple-signatures", "Ed25519", 6, "715619ae2365d909"),
        ("with-ecdsa", "ECDSA", 4, "105c3db6d139a931"),
        ("with-ed25519", "Ed25519", 6, "715619ae2365d909"),
        ("with-mldsa65-ed25519", "ML-DSA-65+Ed25519", 6, "23cde04477b8bbcf"),
        ("with-rsa4k", "RSA", 6, "12e1f31e46105918"),
    ])
    func signersAreNamed(
        _ kind: String, _ algorithm: String, _ version: Int, _ keyID: String
    ) throws {
        let (outcome, result) = try generate(package(kind))
        #expect(outcome.status == 0)
        #expect(result.unsigned == 0)
        let list = try #require(result.lists.first)
        #expect(list.signed)
        #expect(list.signature?.algorithm == algorithm)
        #expect(list.signature?.version == version)
        #expect(list.signature?.keyId == keyID)
        #expect(outcome.errors.isEmpty == (list.leftOut == nil))
        // What show says of the list, it says of the package.
        let shown = try Diglimctl.run(
            "show", "--json", output.path(list.name), package(kind)
        ).json([ShownList].self)
        for signature in shown.map(\.signature) {
            #expect(signature?.algorithm == algorithm)
            #expect(signature?.keyId == keyID)
        }
    }

    @Test(
        "Digests are those that rpm tells",
        arguments: [
            "rpm-basic-multiple-signatures-2.3.4-5.el9", "rpm-basic-with-ecdsa-2.3.4-5.el9",
            "rpm-basic-with-ed25519-2.3.4-5.el9", "rpm-basic-with-mldsa65-ed25519-2.3.4-5.el9",
            "rpm-basic-with-rsa4k-2.3.4-5.el9", "rpm-hardlinks-1.0-1",
        ])
    func digests(_ name: String) throws {
        let path = Corpus.newPackages + "/\(name).noarch.rpm"
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 0)
        let list = output.path(try #require(result.lists.first?.name))
        let files = try dumpedFiles(of: path).filter { !$0.digest.isEmpty }
        #expect(!files.isEmpty)
        for shown in try Diglimctl.run("show", "--json", "--digests", list, path)
            .json([ShownList].self)
        {
            let digests = try #require(shown.digests)
            #expect(digests.map(\.path) == files.map { $0.directory + $0.name })
            #expect(digests.map(\.digest) == files.map(\.digest))
            #expect(digests.map(\.immutable) == files.map(\.isImmutable))
        }
    }

    @Test func packageWithoutSignature() throws {
        let path = Corpus.newPackages + "/rpm-hardlinks-1.0-1.noarch.rpm"
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "diglimctl: \(path): not signed\n")
        #expect(result.lists.map(\.signed) == [false])
        #expect(result.lists.first?.signature == nil)
    }

    @Test func sourcePackage() throws {
        let path = Corpus.newPackages + "/rpm-basic-2.3.4-5.el9.src.rpm"
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 0)
        #expect(result.lists.isEmpty)
        #expect(result.passedOver == 1)
        let shown = try Diglimctl.run("show", path)
        #expect(shown.status == 1)
        #expect(shown.errors == "diglimctl: \(path): a source package\n")
    }

    @Test("Of two signatures the one is taken that --signer names; the other is told")
    func signer() throws {
        let path = package("multiple-signatures")
        let keys = ["715619ae2365d909", "12e1f31e46105918"]
        let unknown = "0123456789abcdef"
        for (arguments, taken) in [
            ([], 0), ([keys[0]], 0), ([keys[1]], 1), (["0x" + keys[1].uppercased()], 1),
            ([keys[1], keys[0]], 1), ([unknown, keys[1]], 1),
            // A fingerprint begins with the key's ID in version 6, and ends with it in version 4.
            ([keys[1] + String(repeating: "9", count: 48)], 1),
            ([String(repeating: "9", count: 24) + keys[1]], 1),
        ] as [([String], Int)] {
            let outcome = try Diglimctl.run(
                ["generate", "--json", "--output", output.path, path]
                    + arguments.flatMap { ["--signer", $0] })
            #expect(outcome.status == 0)
            let list = try #require(outcome.json(GenerateResult.self).lists.first)
            #expect(list.signature?.keyId == keys[taken])
            #expect(list.leftOut?.map(\.keyId) == [keys[1 - taken]])
            let notice = "diglimctl: \(path): signature taken: "
            #expect(outcome.errors.hasPrefix(notice))
            #expect(outcome.errors.contains(/key ID \b(\w+); left out: .*, key ID (\w+)\n/))
            let shown = try Diglimctl.run("show", "--json", output.path(list.name))
                .json([ShownList].self)
            #expect(shown.first?.signature?.keyId == keys[taken])
        }
        let shown = try Diglimctl.run("show", path)
        #expect(shown.status == 0)
        #expect(shown.output.contains(/signature +OpenPGP, Ed25519\/SHA512, 154 bytes\n/))
        #expect(shown.output.contains(/left out +OpenPGP, RSA\/SHA512, 605 bytes\n/))
    }

    @Test("Packages that no key of --signer has signed have no list, and that is a failure")
    func otherSigners() throws {
        let paths = [package("with-rsa4k"), Corpus.newPackages + "/rpm-hardlinks-1.0-1.noarch.rpm"]
        let (outcome, result) = try generate(
            "--signer", "715619ae2365d909", paths[0], paths[1])
        #expect(outcome.status == 1)
        #expect(result.lists.isEmpty)
        #expect(result.failures.map(\.file) == paths)
        let text = "no signature by a key that --signer names"
        #expect(
            result.failures.map(\.error)
                == [text + ", only RSA (version 6), key ID 12e1f31e46105918", text])
        #expect(try output.names().isEmpty)
    }

    @Test(arguments: ["", "0x", "2365d909", "715619ae2365d90g", "715619ae2365d9099", "-1"])
    func noKeyID(_ text: String) throws {
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--signer=\(text)", package("with-rsa4k"))
        #expect(outcome.status == 2)
        #expect(try output.names().isEmpty)
    }
}

/// Packages with signatures of several kinds, as `rpmsign` of RPM 6 makes them.
@Suite(.needs(.diglimctl))
struct SeveralSignatureTests {
    private let directory: TemporaryDirectory
    /// A package without its signatures.
    private let package: [UInt8]
    private let name: String
    /// The signatures of three keys.
    private let signatures: [String: [UInt8]]
    private let keyIDs: [String: String]

    private static let algorithms = ["rsa2048", "rsa3072", "ed25519"]
    private static let openPGP: UInt32 = 278

    init() throws {
        directory = try TemporaryDirectory()
        let built = try BuiltPackage(
            "odd", in: directory, script: "echo >data", files: "/data")
        name = built.listName
        let unsigned = try readFile(built.path)
        var signatures: [String: [UInt8]] = [:]
        var keyIDs: [String: String] = [:]
        for algorithm in Self.algorithms {
            let key = try SigningKey(algorithm)
            // From RPM 6 on, rpmsign would keep the signature that is there.
            try Data(unsigned).write(to: URL(fileURLWithPath: built.path))
            try key.sign(built)
            let lists = try TemporaryDirectory()
            try output(of: Program.diglimctl.path, "generate", "--output", lists.path, built.path)
            let list = try lists.bytes(of: name)
            let size = list.dropLast(28).suffix(4).reduce(0) { $0 << 8 | Int($1) }
            signatures[algorithm] = list.dropLast(40).suffix(size)
            keyIDs[algorithm] = try key.keyIDs.first
        }
        (package, self.signatures, self.keyIDs) = (try readFile(built.path), signatures, keyIDs)
    }

    /// The package with other signatures.
    private func write(
        rsa: [UInt8]? = nil, dsa: [UInt8]? = nil, openPGP: [String] = []
    ) throws -> String {
        func size(at start: Int) -> Int {
            func number(_ offset: Int) -> Int {
                package[(start + offset)...].prefix(4).reduce(0) { $0 << 8 | Int($1) }
            }
            return 16 + 16 * number(8) + number(12)
        }
        let rest = package[(96 + (size(at: 96) + 7) / 8 * 8)...]
        var header = HeaderWriter()
        for (tag, data) in [(267, dsa), (268, rsa)] as [(UInt32, [UInt8]?)] {
            guard let data else { continue }
            header.entries.append(
                .init(tag: tag, type: 7, count: UInt32(data.count), data: data))
        }
        if !openPGP.isEmpty {
            let data: [UInt8] = openPGP.flatMap { Array($0.utf8) + [0] as [UInt8] }
            header.entries.append(
                .init(tag: Self.openPGP, type: 8, count: UInt32(openPGP.count), data: data))
        }
        header.entries.append(
            .init(tag: 1000, type: 4, count: 1, data: bigEndian(UInt32(rest.count))))
        var bytes = package[..<96] + header.bytes(region: 62)
        while bytes.count % 8 != 0 { bytes.append(0) }
        return try directory.write(Array(bytes + rest), to: "odd.rpm")
    }

    private func base64(_ algorithm: String) -> String {
        Data(signatures[algorithm] ?? []).base64EncodedString()
    }

    private func generate(_ path: String) throws -> (Outcome, GenerateResult) {
        let outcome = try Diglimctl.run(
            "generate", "--json", "--output", directory.path("lists"), path)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    @Test("What kernels verify comes first, then the order of the header; equal ones are one")
    func order() throws {
        let (rsa, other, eddsa) = ("rsa2048", "rsa3072", "ed25519")
        for (legacyRSA, legacyDSA, new, expected) in [
            (nil, nil, [eddsa, rsa], [rsa, eddsa]),
            (nil, nil, [eddsa, other, rsa], [other, rsa, eddsa]),
            (rsa, nil, [rsa], [rsa]),
            (nil, eddsa, [eddsa], [eddsa]),
            (nil, eddsa, [rsa, eddsa], [rsa, eddsa]),
            (rsa, eddsa, [eddsa, other, rsa, other], [rsa, other, eddsa]),
        ] as [(String?, String?, [String], [String])] {
            let path = try write(
                rsa: legacyRSA.flatMap { signatures[$0] },
                dsa: legacyDSA.flatMap { signatures[$0] }, openPGP: new.map(base64))
            let (outcome, result) = try generate(path)
            #expect(outcome.status == 0)
            let list = try #require(result.lists.first)
            let made = [list.signature] + (list.leftOut ?? [])
            #expect(made.map { $0?.keyId } == expected.map { keyIDs[$0] })
            #expect(made.allSatisfy { $0?.version == 4 })
            #expect(list.signature?.algorithm == (expected[0] == eddsa ? "EdDSA" : "RSA"))
            let bytes = try directory.bytes(of: "lists/\(name)")
            let signature = try #require(signatures[expected[0]])
            #expect(Array(bytes.suffix(signature.count + 40)) == appended(signature))
            let shown = try #require(
                try Diglimctl.run("show", "--json", path).json([ShownList].self).first)
            #expect(
                ([shown.signature] + (shown.leftOut ?? [])).map { $0?.keyId }
                    == expected.map { keyIDs[$0] })
        }
    }

    @Test("Damaged signatures are left out, wherever they end", arguments: Self.algorithms)
    func damaged(_ algorithm: String) throws {
        let whole = try #require(signatures[algorithm])
        let parts = (1..<whole.count).map { Data(whole.prefix($0)).base64EncodedString() }
        let others = [[0xff], [0xc2, 0xff, 0xff, 0xff, 0xff, 0xff], [0x8b, 4], [0x88, 0]]
            .map { Data($0 as [UInt8]).base64EncodedString() }
        let (outcome, result) = try generate(
            write(openPGP: parts + others + [base64(algorithm)]))
        #expect(outcome.status == 0)
        let list = try #require(result.lists.first)
        #expect(list.signature?.keyId == keyIDs[algorithm])
        #expect(list.leftOut?.count == parts.count + others.count)
        #expect(list.leftOut?.allSatisfy { $0.algorithm == nil } == true)
    }

    @Test(arguments: ["*", "", "AAA"])
    func notBase64(_ text: String) throws {
        for signatures in [[text], [base64("rsa2048"), text]] {
            let (outcome, result) = try generate(write(openPGP: signatures))
            #expect(outcome.status == 1)
            #expect(result.failures.map(\.error) == ["the header's signature is not base64"])
        }
    }
}
