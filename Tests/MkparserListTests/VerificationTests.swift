import BlackBox
import Foundation
import Testing

/// `--verify`.
@Suite(.needs(.mkparserList))
struct VerificationTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory
    private let parser: String
    private let key: X509Key
    private let names = MkparserList.listNames()

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
        parser = try input.writeExecutable(ELFBuilder().bytes)
        key = try X509Key(.rsa2048)
    }

    private func make(_ options: [String] = []) throws {
        try BlackBox.output(
            of: Program.mkparserList.path, ["--output", output.path] + options + [parser])
    }

    private func makeSigned() throws {
        try make(["--key", key.keyPath, "--certificate", key.certificatePath])
    }

    /// Verifies with the key's certificate, unless told otherwise.
    private func verify(_ options: [String]? = nil) throws -> Outcome {
        let options = options ?? ["--certificate", key.certificatePath]
        let before = try output.contents()
        let outcome = try MkparserList.run(
            ["--verify", "--output", output.path] + options + [parser])
        #expect(try output.contents() == before)
        return outcome
    }

    /// Expects one list to be bad, and the other to be good.
    private func expectBad(_ name: String, _ reason: String, _ options: [String]? = nil) throws {
        let outcome = try verify(options)
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(": \(output.path(name)): \(reason)"), "\(outcome.errors)")
        for other in names {
            let verdict = other == name ? "bad\n" : "good, "
            #expect(outcome.output.contains("\(output.path(other)): \(verdict)"))
        }
    }

    @Test func good() throws {
        try makeSigned()
        let other = try X509Key(.ecP256)
        for certificates in [[key], [other, key], [key, other]] {
            let outcome = try verify(
                certificates.flatMap { ["--certificate", $0.certificatePath] })
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
            let expected = names.map { "\(output.path($0)): good, signed by \(key.subject)" }
            #expect(outcome.output.split(separator: "\n").map(String.init) == expected)
        }
        let result = try verify(["--json", "--certificate", key.certificatePath])
            .json(MkparserListResult.self)
        #expect(result.lists.allSatisfy { $0.result == "good" && $0.signer == key.subject })
        #expect(result.failures.isEmpty)
    }

    @Test func withoutCertificate() throws {
        try makeSigned()
        let signed = try verify([])
        #expect(signed.status == 0)
        #expect(
            signed.output.split(separator: "\n").map(String.init)
                == names.map { "\(output.path($0)): good, signature not checked" })
        try make()
        let unsigned = try verify([])
        #expect(unsigned.status == 0)
        #expect(
            unsigned.output.split(separator: "\n").map(String.init)
                == names.map { "\(output.path($0)): good, not signed" })
        let failed = try verify()
        #expect(failed.status == 1)
        #expect(failed.errorLines.count == 2)
        #expect(failed.errors.contains(": \(output.path(names[0])): not signed\n"))
    }

    @Test(arguments: [
        (["--abi", "v2"], []), (["--algorithm", "sha512"], []), ([], ["--abi", "v2"]),
        ([], ["--algorithm", "sha512"]),
    ])
    func otherOptions(_ made: [String], _ verified: [String]) throws {
        try make(made)
        #expect(try verify(made).status == 0)
        let outcome = try verify(verified)
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count == 2)
        let reason = made.contains("v2") || verified.contains("v2") ? "ABI" : "has a digest of sha"
        #expect(outcome.errorLines.allSatisfy { $0.contains(reason) }, "\(outcome.errors)")
    }

    @Test func changedExecutable() throws {
        try makeSigned()
        try input.writeExecutable(ELFBuilder(entry: 0x400090).bytes)
        let outcome = try verify()
        #expect(outcome.status == 1)
        for name in names {
            let reason = "\(output.path(name)): has the digest of another file than \(parser)"
            #expect(outcome.errors.contains(reason))
        }
    }

    @Test func missingExecutable() throws {
        try makeSigned()
        let outcome = try MkparserList.run(
            "--verify", "--output", output.path, input.path("missing_parser"), parser)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("missing_parser: No such file"))
        #expect(outcome.output.split(separator: "\n").count == 2)
    }

    @Test func missingList() throws {
        try makeSigned()
        try output.remove(names[1])
        try expectBad(names[1], "No such file or directory")
        _ = try output.makeDirectory(names[1])
        let outcome = try MkparserList.run("--verify", "--output", output.path, parser)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("\(names[1]): not a regular file"))
    }

    /// Every byte of the list and of its signature, and every length.
    @Test func tamperedList() throws {
        try makeSigned()
        let signed = try output.bytes(of: names[0])
        for place in Array(0..<48) + Array(stride(from: 48, to: signed.count, by: 7)) {
            var tampered = signed
            tampered[place] ^= 1
            try output.write(tampered, to: names[0])
            let outcome = try verify()
            #expect(outcome.status == 1, "byte \(place)")
            #expect(outcome.errors.contains(": \(output.path(names[0])): "))
            #expect(!outcome.errors.contains(names[1]))
        }
        for length in stride(from: 0, to: signed.count, by: 31) {
            try output.write(Array(signed[..<length]), to: names[0])
            #expect(try verify().status == 1, "length \(length)")
        }
        try output.write(signed + [0], to: names[0])
        #expect(try verify().status == 1)
        #expect(truncate(output.path(names[0]), 1 << 40) == 0)
        let outcome = try MkparserList.run("--verify", "--output", output.path, parser)
        #expect(outcome.errors.contains("too large for a list with one digest"))
    }

    @Test func contentThatIsAnotherList() throws {
        try makeSigned()
        let digest = Array(MkparserList.lists(digest: sha256(ELFBuilder().bytes))[1][16...])
        let contents: [(ListBlock, String)] = [
            (ListBlock(type: 0, modifiers: 1, [digest]), "of type parser, not file"),
            (ListBlock(type: 1, modifiers: 0, [digest]), "the digest is not immutable"),
            (ListBlock(type: 1, modifiers: 1, [digest, digest]), "does not have just one digest"),
        ]
        for (block, reason) in contents {
            try output.write(block.bytes, to: names[1])
            try expectBad(names[1], reason, [])
        }
        let twice = contents[0].0.bytes + contents[0].0.bytes
        try output.write(twice, to: names[1])
        try expectBad(names[1], "does not have just one digest", [])
    }

    @Test func signatureThatIsNotGood() throws {
        try makeSigned()
        let list = MkparserList.lists(digest: sha256(ELFBuilder().bytes))[0]
        let signed = try output.bytes(of: names[0])
        // The signature itself is the last of the message, in front of the trailer's 40 bytes.
        var tampered = signed
        tampered[signed.count - 41] ^= 1
        try output.write(tampered, to: names[0])
        try expectBad(names[0], "bad signature: ")
        // Signature of the other list; OpenPGP by its kind; a trailer that makes no sense.
        let other = try output.bytes(of: names[1])
        try output.write(list + other[list.count...], to: names[0])
        try expectBad(names[0], "bad signature: ")
        var openPGP = signed
        openPGP[signed.count - 38] = 0
        try output.write(openPGP, to: names[0])
        try expectBad(names[0], "signed with OpenPGP")
        var trailer = signed
        trailer[signed.count - 32] = 0xff
        try output.write(trailer, to: names[0])
        try expectBad(names[0], "the appended signature's length runs off the file")
        try output.write(signed, to: names[0])
        let wrong = try X509Key(.rsa2048)
        let outcome = try verify(["--certificate", wrong.certificatePath])
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count { $0.contains(": signed with the key of ") } == 2)
        #expect(try verify(["--certificate", parser]).status == 1)
    }

    /// A certificate of the same names with another key.
    @Test func certificateOfAnImpostor() throws {
        try makeSigned()
        let other = try X509Key(.rsa2048)
        let serial = try BlackBox.output(
            of: "openssl", "x509", "-in", key.certificatePath, "-noout", "-serial"
        )
        .dropFirst("serial=".count).dropLast()
        try BlackBox.output(
            of: "openssl", "req", "-new", "-x509", "-config", key.directory.path("req.cnf"),
            "-key", other.keyPath, "-set_serial", "0x\(serial)", "-out", input.path("impostor"))
        let outcome = try verify(["--certificate", input.path("impostor")])
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count { $0.contains(": bad signature: ") } == 2)
    }
}
