import BlackBox
import Testing

/// What is said to be uploaded for a list is what the parser uploads.
@Suite(.needs(.parser, .diglimctl, .emulator))
struct UploadTests {
    private let lists: TemporaryDirectory
    private let key: X509Key
    private let keys: TemporaryDirectory

    init() throws {
        lists = try TemporaryDirectory()
        key = try X509Key(.rsa2048)
        keys = try ListVerificationTests.keys(key)
    }

    private func expectAgreement(abi: String, refused: Int, good: Int) throws {
        let emulator = try MountedEmulator("--abi", abi)
        let names = try lists.names().filter { !$0.hasPrefix(".") }
        let run = try runProgram(
            Program.parser.path, ["--interface", emulator.directory, "add", lists.path])
        #expect(run.status == 0, "\(run.errors)")
        let expected = uploads(try emulator.added())
        let verification = try Verification(of: lists.path, keys: keys.path, abi: abi)
        var found: [String: [String]] = [:]
        var reasons: [String] = []
        for (name, result) in zip(names, try verification.results(of: names)) {
            switch result {
            case .good(let uploads): found[name] = uploads
            case .refused(let reason): reasons.append(reason)
            }
        }
        #expect(found == expected)
        #expect(found.count == good)
        #expect(
            reasons
                == Array(repeating: "without digests, so nothing is uploaded", count: refused))
    }

    private func sign() throws {
        try key.sign(lists.names().filter { !$0.hasPrefix(".") }.map { lists.path($0) })
    }

    @Test(.needsCorpus, arguments: ["v2", "v3"]) func corpus(abi: String) throws {
        try Corpus.generate(into: lists.path)
        try sign()
        try expectAgreement(abi: abi, refused: 1, good: 128)
    }

    @Test(.needsCorpus) func immutableOnly() throws {
        try Corpus.generate(into: lists.path)
        try sign()
        let verification = try Verification(of: lists.path, keys: keys.path)
        let names = try lists.names()
        let all = try verification.results(of: names)
        try lists.write([], to: ".immutable")
        #expect(try verification.results(of: names) != all)
        let emulator = try MountedEmulator()
        try output(
            of: Program.parser.path, "--interface", emulator.directory, "add", lists.path)
        let expected = uploads(try emulator.added())
        for (name, result) in zip(names, try verification.results(of: names)) {
            if let uploads = expected[name] { #expect(result == .good(uploads), "\(name)") }
        }
        try lists.remove(".immutable")
        #expect(try verification.results(of: names) == all)
    }

    /// More than the kernel takes at once.
    @Test func severalParts() throws {
        let header = HeaderWriter.package(1, mutable: 140_000, immutable: 150_000)
        let name = "0-file_list-rpm-large"
        try lists.write(header, to: name)
        try sign()
        try expectAgreement(abi: "v3", refused: 0, good: 1)
        let verification = try Verification(of: lists.path, keys: keys.path)
        guard case .good(let uploads) = try verification.result(of: name) else {
            Issue.record("not good")
            return
        }
        #expect(uploads.count == 4)
    }

    /// A name that no label has room for.
    @Test func longName() throws {
        let name = "0-file_list-rpm-" + String(repeating: "a", count: 150)
        try lists.write(HeaderWriter.package(1, mutable: 1, immutable: 1), to: name)
        try sign()
        let emulator = try MountedEmulator()
        try output(
            of: Program.parser.path, "--interface", emulator.directory, "add", lists.path)
        let operation = try #require(try emulator.added().first)
        #expect(operation.label.utf8.count == 113)
        let verification = try Verification(of: lists.path, keys: keys.path)
        #expect(
            try verification.result(of: operation.label)
                == .good(["\(operation.digest):\(operation.size)"]))
    }

    @Test func compactList() throws {
        let list = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes
        let name = "0-file_list-compact-x"
        try lists.write(list, to: name)
        let verification = try Verification(of: lists.path, keys: keys.path)
        #expect(try verification.result(of: name) == .refused("not signed"))
        try sign()
        #expect(
            try verification.result(of: name) == .good(["\(sha256(list)):\(list.count)"]))
    }
}
