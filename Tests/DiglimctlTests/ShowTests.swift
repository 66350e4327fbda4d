import BlackBox
import Foundation
import RandomNumbers
import Testing

/// What is shown of RPM digest lists of the corpus.
@Suite(.needs(.diglimctl), .needsCorpus)
struct ShowCorpusTests {
    @Test func countsAndDigestsAreThoseOfAnotherConverter() throws {
        let lists = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
        let expected = try Corpus.expected()
        let outcome = try Diglimctl.run(
            ["show", "--json", "--digests"] + expected.map { lists.path($0.name) })
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let shown = try outcome.json([ShownList].self)
        #expect(shown.count == 129)
        for (list, expectation) in zip(shown, expected) {
            #expect(list.format == "rpm")
            #expect("0-file_list-rpm-" + (list.package ?? "") == expectation.name)
            #expect(list.label == expectation.name)
            #expect(list.mutable == expectation.mutable)
            #expect(list.immutable == expectation.immutable)
            #expect(list.blocks?.allSatisfy { $0.algorithm == expectation.algorithm } == true)
            #expect(list.signature?.kind == "openpgp")
            #expect(list.signature?.keyId == "0cd9fed33135ce90")
            #expect(list.signature?.algorithm == "RSA")
            #expect(list.signature?.hash == "SHA256")
            let known = [false: expectation.mutableDigests, true: expectation.immutableDigests]
            for (immutable, digest) in known where digest != "-" {
                let digests = (list.digests ?? []).filter { $0.immutable == immutable }
                #expect(sha256(digests.flatMap { bytes(hexadecimal: $0.digest) }) == digest)
            }
        }
    }

    @Test func textForPeople() throws {
        let lists = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
        let name = "0-file_list-rpm-bash-5.1.8-1.cm2.x86_64"
        let outcome = try Diglimctl.run("show", lists.path(name))
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                \(lists.path(name))
                  format      RPM header, 21500 bytes
                  package     bash-5.1.8-1.cm2.x86_64
                  digests     26 mutable, 35 immutable (sha256)
                  signature   OpenPGP, RSA/SHA256, 287 bytes
                              key ID 0cd9fed33135ce90
                              made 2022-01-27T09:01:54Z
                  label       \(name)

                """)
    }

    @Test func digestsHaveTheirPaths() throws {
        let lists = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
        let outcome = try Diglimctl.run(
            "show", "--digests", lists.path("0-file_list-rpm-bash-5.1.8-1.cm2.x86_64"))
        #expect(outcome.output.contains(/\n  immutable  [0-9a-f]{64}  \/bin\/bash\n/))
        #expect(outcome.output.contains(/\n  mutable    [0-9a-f]{64}  \/etc\/bash.bashrc\n/))
    }

    /// Whatever the bytes are, there is a verdict on each file.
    @Test func mutants() throws {
        let lists = try TemporaryDirectory()
        let mutants = try TemporaryDirectory()
        try Corpus.generate(into: lists.path)
        var seeds = try lists.names().map(lists.bytes(of:)).filter { $0.count < 20_000 }
        seeds += [
            ListBlock([[UInt8](repeating: 1, count: 32)]).bytes + appended([1, 2, 3], kind: 2)
        ]
        var generator = SplitMix64(seed: 1)
        let paths = try (0..<1500).map { number in
            let seed = try #require(seeds.randomElement(using: &generator))
            return try mutants.write(generator.mutate(seed), to: "\(number)")
        }
        let outcome = try Diglimctl.run(["show", "--json", "--digests"] + paths)
        #expect([0, 1].contains(outcome.status), "\(outcome.errors)")
        let shown = try outcome.json([ShownList].self)
        #expect(shown.count == paths.count)
        #expect(shown.allSatisfy { $0.error != nil || $0.blocks != nil })
        #expect(outcome.errorLines.count == shown.count { $0.error != nil })
    }
}

/// What is shown of lists that the tests make.
@Suite(.needs(.diglimctl))
struct ShowTests {
    private let directory: TemporaryDirectory
    private let one = [UInt8](repeating: 1, count: 32)
    private let two = [UInt8](repeating: 2, count: 32)

    init() throws { directory = try TemporaryDirectory() }

    private func show(_ arguments: String...) throws -> (Outcome, [ShownList]) {
        let outcome = try Diglimctl.run(["show", "--json", "--digests"] + arguments)
        return (outcome, try outcome.json([ShownList].self))
    }

    @Test func compactList() throws {
        let list =
            ListBlock([one, two]).bytes + ListBlock(modifiers: 1, algorithm: 6, [one + two]).bytes
        let path = try directory.write(list, to: "0-file_list-compact-odd")
        let (outcome, shown) = try show(path)
        #expect(outcome.status == 0)
        let described = try #require(shown.first)
        #expect(described.format == "compact")
        #expect(described.size == list.count)
        #expect(described.package == nil)
        #expect(described.mutable == 2)
        #expect(described.immutable == 1)
        #expect(described.signature == nil)
        #expect(described.namedAsList == true)
        #expect(described.blocks?.map(\.type) == ["file", "file"])
        #expect(described.blocks?.map(\.algorithm) == ["sha256", "sha512"])
        #expect(described.blocks?.map(\.count) == [2, 1])
        #expect(described.digests?.map(\.path) == [nil, nil, nil])
        #expect(
            described.digests?.map { bytes(hexadecimal: $0.digest) } == [one, two, one + two])
    }

    @Test("The tail of an upload is not shown", arguments: ["v2", "v3"])
    func uploadTails(abi: String) throws {
        let type: UInt16 = abi == "v2" ? 2 : 1
        let blocks = [ListBlock(type: type, [one]), ListBlock(type: type, modifiers: 1, [two])]
        let list = blocks.upload(label: "whatever")
        let path = try directory.write(list, to: "0-file_list-compact-odd")
        let (outcome, shown) = try show("--abi", abi, path)
        #expect(outcome.status == 0)
        let described = try #require(shown.first)
        #expect(described.size == list.count)
        #expect(described.blocks?.map(\.count) == [1, 1])
        #expect(described.mutable == 1)
        #expect(described.immutable == 1)
        #expect(described.digests?.count == 2)
        let text = try Diglimctl.run("show", "--abi", abi, "--digests", path).output
        #expect(text.split(separator: "\n").count { $0.hasPrefix("  block ") } == 2)
        #expect(text.contains("compact, \(list.count) bytes\n"))
    }

    @Test("Blocks without digests that are no tail") func emptyBlocks() throws {
        let (full, empty) = (ListBlock([one]).bytes, ListBlock([]).bytes)
        let tail = uploadTail(of: "whatever")
        let lists: [([UInt8], [Int])] = [
            (tail, [0, 0, 0, 0]), (tail + full, [0, 0, 0, 0, 1]), (full + empty + tail, [1, 0]),
            (full + empty + empty + empty, [1, 0, 0, 0]), (empty + full + tail, [0, 1]),
            (full + tail.dropLast(16) + ListBlock(algorithm: 6, []).bytes, [1, 0, 0, 0, 0]),
            (full + tail.dropLast(16) + ListBlock(type: 2, []).bytes, [1, 0, 0, 0, 0]),
            // A digest that looks like a tail.
            (ListBlock(algorithm: 6, [tail]).bytes, [1]),
        ]
        for (list, counts) in lists {
            let path = try directory.write(list, to: "list")
            #expect(try show(path).1.first?.blocks?.map(\.count) == counts)
        }
    }

    @Test(arguments: [
        ("v2", 0, "key"), ("v2", 1, "parser"), ("v2", 2, "file"), ("v2", 3, "metadata"),
        ("v3", 0, "parser"), ("v3", 1, "file"), ("v3", 2, "metadata"),
    ])
    func typesOfBothABIs(_ abi: String, _ number: UInt16, _ type: String) throws {
        let path = try directory.write(ListBlock(type: number, [one]).bytes, to: "list")
        let (outcome, shown) = try show("--abi", abi, path)
        #expect(outcome.status == 0)
        #expect(shown.first?.blocks?.map(\.type) == [type])
    }

    @Test func typesThatAnABILacks() throws {
        let path = try directory.write(ListBlock(type: 3, [one]).bytes, to: "list")
        #expect(try show(path).0.status == 1)
        #expect(try show("--abi", "v2", path).0.status == 0)
    }

    @Test func labelOfALongName() throws {
        let name = "0-file_list-rpm-" + String(repeating: "o", count: 200)
        let path = try directory.write(PackageBuilder().header, to: name)
        let label = try #require(try show(path).1.first?.label)
        #expect(label.count == 113)
        #expect(label.contains(/^0-file_list-rpm-o+~[0-9a-f]{16}$/))
    }

    @Test func namesThatAreNoListsNames() throws {
        let path = try directory.write(PackageBuilder().header, to: "o d")
        let described = try #require(try show(path).1.first)
        #expect(described.label == nil)
        #expect(described.namedAsList == false)
        let text = try Diglimctl.run("show", path).output
        #expect(text.contains("  label       none: "))
    }

    @Test func packageWithoutFiles() throws {
        let path = try directory.write(PackageBuilder().header, to: "0-file_list-rpm-odd")
        let described = try #require(try show(path).1.first)
        #expect(described.package == "odd-1-1.noarch")
        #expect(described.blocks?.isEmpty == true)
        #expect(try Diglimctl.run("show", path).output.contains("  digests     none\n"))
    }

    /// A terminal must not obey what a package's author wrote.
    @Test func controlCharactersAreNotPrinted() throws {
        let builder = PackageBuilder(
            name: "odd\u{1b}[2J", file: ("/\u{1b}]0;x\u{7}/", "\u{202e}x\n"))
        let path = try directory.write(builder.header, to: "list")
        let outcome = try Diglimctl.run("show", "--digests", path)
        #expect(outcome.status == 0)
        let harmless = outcome.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }
        #expect(harmless)
        #expect(!outcome.output.contains("\u{202e}"))
        #expect(outcome.output.contains("\\u{1b}"))
    }

    @Test func brokenFilesHideNoOthers() throws {
        let good = try directory.write(ListBlock([one]).bytes, to: "good")
        let noDigits = String(repeating: "x", count: 32)
        let broken: [(String, [UInt8], String)] = [
            ("empty", [], "empty file"),
            ("text", Array("Hello\n".utf8), "neither a compact nor an RPM digest list"),
            ("short", Array(ListBlock([one]).bytes.dropLast()), "digests run past the end"),
            ("header", Array(ListBlock([one]).bytes[..<10]), "header runs past the end"),
            ("trailing", ListBlock([one]).bytes + [9], "header runs past the end"),
            ("algorithm", ListBlock(algorithm: 20, [one]).bytes, "unknown hash algorithm"),
            ("length", ListBlock(algorithm: 6, [one]).bytes, "data length"),
            ("rpm", Array(PackageBuilder().header.dropLast()), "bytes missing"),
            ("rpm-trailing", PackageBuilder().header + [9], "bytes after the header"),
            (
                "source", PackageBuilder(isSource: true).header,
                "the header of a source package, odd-1-1.noarch"
            ),
            (
                "digits", PackageBuilder(file: ("/", "x"), digest: noDigits).header,
                "FILEDIGESTS"
            ),
            ("digest", PackageBuilder(file: ("/", "x"), digest: "0123").header, "FILEDIGESTS"),
            ("trailer", ListBlock([one]).bytes + appended([], kind: 2), "length"),
            ("kind", ListBlock([one]).bytes + appended([1], kind: 1), "unknown kind"),
        ]
        var paths = [good]
        for (name, bytes, _) in broken { paths.append(try directory.write(bytes, to: name)) }
        paths += [directory.path("missing"), directory.path, "/dev/null", good]
        let outcome = try Diglimctl.run(["show"] + paths)
        #expect(outcome.status == 1)
        #expect(outcome.output.components(separatedBy: good).count == 3)
        let lines = outcome.errorLines
        #expect(lines.count == broken.count + 3)
        for ((name, _, reason), line) in zip(broken, lines) {
            #expect(line.hasPrefix("diglimctl: \(directory.path(name)): "))
            #expect(line.contains(reason), "\(name)")
        }
        let shown = try Diglimctl.run(["show", "--json"] + paths).json([ShownList].self)
        #expect(shown.map { $0.error == nil } == paths.map { $0 == good })
    }

    @Test func brokenSignatureHidesNoDigests() throws {
        for kind in [0, 2] as [UInt8] {
            let list =
                ListBlock([one]).bytes + appended([UInt8](repeating: 0x30, count: 64), kind: kind)
            let path = try directory.write(list, to: "list")
            let (outcome, shown) = try show(path)
            #expect(outcome.status == 1)
            #expect(shown.first?.blocks?.count == 1)
            #expect(shown.first?.signature?.size == 64)
            #expect(shown.first?.error?.contains("signature") == true)
        }
    }

    @Test(.enabled(if: Certificate.isAvailable, "no openssl"), arguments: [false, true])
    func signatureOfAnOwner(_ byKey: Bool) throws {
        let certificate = try Certificate()
        let list = ListBlock([one]).bytes
        let signature = try certificate.sign(list, namingKey: byKey)
        let path = try directory.write(
            list + appended(signature, kind: 2), to: "0-file_list-compact-odd")
        let described = try #require(try show(path).1.first?.signature)
        #expect(described.kind == "pkcs7")
        #expect(described.size == signature.count)
        #expect(described.algorithm == "RSA")
        #expect(described.hash == "SHA256")
        #expect(described.issuer == (byKey ? nil : "CN=Kernel module key,O=Example\\, Inc."))
        #expect(described.serial == (byKey ? nil : "1a2b3c"))
        #expect(described.subjectKeyId?.isEmpty == (byKey ? false : nil))
    }
}

/// A key and its certificate, made for one test.
struct Certificate {
    /// Whether there is a program to make one.
    static let isAvailable = (try? runProgram("openssl", ["version"]).status) == 0

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
            "-subj", "/O=Example, Inc./CN=Kernel module key", "-set_serial", "0x1a2b3c",
            "-keyout", directory.path("key"), "-out", directory.path("certificate"),
        ])
    }

    /// Signs as `sign-file` of the kernel does.
    ///
    /// - Parameters:
    ///   - content: What is signed.
    ///   - namingKey: Whether the key's identifier takes the place of issuer and serial number.
    /// - Returns: A CMS message in DER.
    func sign(_ content: [UInt8], namingKey: Bool) throws -> [UInt8] {
        try openssl(
            [
                "cms", "-sign", "-binary", "-noattr", "-nocerts", "-outform", "DER", "-md",
                "sha256",
                "-signer", directory.path("certificate"), "-inkey", directory.path("key"),
                "-in", directory.write(content, to: "content"), "-out", directory.path("signature"),
            ] + (namingKey ? ["-keyid"] : []))
        return try directory.bytes(of: "signature")
    }

    private func openssl(_ arguments: [String]) throws {
        let outcome = try runProgram("openssl", arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}
