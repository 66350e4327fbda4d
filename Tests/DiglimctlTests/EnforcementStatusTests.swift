import BlackBox
import Foundation
import Testing

/// What `status` tells of an enforcer, and of the lists that do not count for it.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct EnforcementStatusTests {
    private let machine: Machine
    private let keys: TemporaryDirectory

    init() throws {
        // The parser's uploads count, as if their lists were signed, and others do not.
        machine = try Machine(
            abi: "v3", "--actions", "0", "--actions-for", "\(Program.parser.path)=2")
        keys = try TemporaryDirectory()
        try machine.lists.write(.package(1), to: listName("a"))
        try machine.sync()
        try removeParserList()
    }

    private func removeParserList() throws {
        let list = try machine.lists.bytes(of: Machine.parserList)
        try #require(machine.emulator.delete(list, label: Machine.parserList) == "ok")
        try machine.lists.remove(Machine.parserList)
    }

    private func run(_ enforcement: String, _ arguments: String...) throws -> Outcome {
        let interface = try EnforcerInterface(of: machine, enforcement)
        return try machine.run(
            "status", ["--keys", keys.path] + arguments, at: interface.path)
    }

    private func status(_ enforcement: String) throws -> StatusResult {
        let outcome = try run(enforcement, "--json")
        let status = try outcome.json(StatusResult.self)
        #expect(outcome.status == (status.well ? 0 : 1))
        return status
    }

    @Test("What it says, in JSON")
    func fields() throws {
        let status = try status(EnforcerInterface.text("enforce", "until: 1764150663\n"))
        #expect(
            status.enforcement
                == .init(
                    mode: "enforce", since: "2025-11-26T09:41:03Z", until: "2025-11-26T09:51:03Z",
                    refused: 2, wouldRefuse: 13, unreported: 1, trust: "signatures",
                    algorithm: "sha256", digests: 1234, never: []))
        #expect(status.problems == [])
        #expect(
            status.actions == .init(seen: ["appraised"], weaker: [], ignored: [], uncounted: []))
        // It does not ask who uploads.
        #expect(status.parser == nil)
    }

    @Test("What it says, for people")
    func text() throws {
        let audit = try run(EnforcerInterface.text("audit"))
        let lines = audit.output.split(separator: "\n").dropFirst()
        #expect(
            lines.prefix(5).elementsEqual([
                "enforcer   audit mode: nothing is refused, only told",
                "           refused 2, would have refused 13 since 2025-11-26T09:41:03Z,",
                "           1 of them not in the journal",
                "           lists count by their signatures",
                "           1234 digests of files by sha256",
            ]), "\(audit.output)")
        #expect(
            audit.output.contains("\nverdict    all is well, and nothing is refused,\n"))
        #expect(lines.allSatisfy { $0.count <= 80 })
        for (enforcement, text) in [
            (
                EnforcerInterface.text("enforce"),
                "enforce mode: what no list makes known is refused"
            ),
            (
                EnforcerInterface.text("enforce", "until: 1764150663\n"),
                "enforce mode until 2025-11-26T09:51:03Z: what no list makes known is refused"
            ),
            ("mode: none\n", "a dry run: nothing is asked, nothing refused"),
        ] {
            let output = try run(enforcement).output.replacing("\n           ", with: " ")
            #expect(output.contains("\nenforcer   \(text)"), "\(output)")
            #expect(output.contains("\nverdict    all is well, as far as"))
        }
        let unsigned = try run(EnforcerInterface.text("audit", trust: "unsigned")).output
        #expect(
            unsigned.contains("\n           all lists count that root uploads, signed or not\n"))
    }

    @Test("Where there is no enforcer, there is nothing of it")
    func noEnforcer() throws {
        let status = try machine.status()
        #expect(status.enforcement == nil)
        #expect(status.actions?.uncounted == nil)
        #expect(status.parser != nil)
    }

    @Test("Lists that do not count, each with the reason")
    func uncounted() throws {
        let (known, other) = (try X509Key(.ecP256), try X509Key(.ecP256))
        try keys.write(readFile(known.certificatePath), to: "known.pem")
        let names = ["gone", "other", "signed", "unsigned"].map { "0-file_list-compact-\($0)" }
        for (number, name) in names.enumerated() {
            let list = ListBlock([[UInt8](repeating: UInt8(number), count: 32)]).bytes
            try #require(machine.emulator.add(list, label: name) == "ok")
            if number > 0 { try machine.lists.write(list, to: name) }
        }
        try other.sign(machine.lists.path(names[1]))
        try known.sign(machine.lists.path(names[2]))
        let status = try status(EnforcerInterface.text("enforce"))
        #expect(status.problems == ["extra", "actions"])
        #expect(status.actions?.seen == ["appraised"])
        #expect(status.actions?.ignored == names)
        let reasons = try #require(status.actions?.uncounted)
        #expect(reasons.map(\.label) == names)
        #expect(reasons[0].reason == "no such file in \(machine.lists.path)")
        #expect(reasons[1].reason.hasSuffix(" is not among those given in \(keys.path)"))
        #expect(
            reasons[2].reason
                == "its file is well signed; it came before that, or with other digests")
        #expect(reasons[3].reason == "not signed")
        let text = try run(EnforcerInterface.text("enforce"))
        #expect(text.output.contains("\n  ignored  \(names[3]): not signed\n"))
        #expect(
            text.output.hasSuffix("\nverdict    not all is well: 1 extra, 4 that do not count\n"))
        #expect(text.errors.isEmpty)
    }

    @Test("Certificates and keys are told apart by their contents, and what is neither is told")
    func keyFiles() throws {
        let key = try X509Key(.ecP256)
        let name = "0-file_list-compact-mine"
        let list = ListBlock([[UInt8](repeating: 9, count: 32)]).bytes
        try #require(machine.emulator.add(list, label: name) == "ok")
        try machine.lists.write(list, to: name)
        try key.sign(machine.lists.path(name))
        let empty = try run(EnforcerInterface.text("audit"))
        #expect(
            empty.errors.hasPrefix("diglimctl: warning: \(keys.path): nobody to trust: put the "))
        try output(
            of: "openssl", "x509", "-in", key.certificatePath, "-outform", "DER", "-out",
            keys.path("a"))
        try keys.write(SigningKey().exported(), to: "b")
        try keys.write("nothing", to: "c")
        let outcome = try run(EnforcerInterface.text("audit"))
        #expect(outcome.output.contains("\n  ignored  \(name): its file is well signed;"))
        #expect(
            outcome.errors
                == "diglimctl: \(keys.path("c")): warning: left out: neither a certificate nor "
                + "OpenPGP public keys\n")
    }

    @Test("Lists that are never asked for are told, and not judged")
    func never() throws {
        try machine.lists.write(
            ListBlock(algorithm: 6, [[UInt8](repeating: 7, count: 64)]).bytes,
            to: "0-file_list-compact-long")
        // The list of a package is uploaded by the parser, and counts.
        let status = try status(EnforcerInterface.text("enforce", algorithm: "sha512"))
        #expect(
            status.enforcement?.never == [.init(label: listName("a"), algorithms: ["sha256"])])
        #expect(status.problems == ["missing"])
        let text = try run(EnforcerInterface.text("enforce", algorithm: "sha512")).output
        #expect(text.contains("\n  never    \(listName("a")): by sha256, which nobody asks by\n"))
    }

    @Test(
        "What no enforcer says",
        arguments: [
            ("", "no mode that is known here"), ("mode: perhaps\n", "no mode that is known here"),
            ("mode: audit\nrefused: some\n", "'refused' is no number: some"),
            ("mode: audit\nsince: -1\n", "'since' is no number: -1"),
            ("mode: audit\nuntil: 99999999999999999999\n", "'until' is no number"),
        ])
    func malformed(text: String, reason: String) throws {
        let status = try status(text)
        #expect(status.problems == ["interface"])
        #expect(status.interface.error?.hasPrefix("enforcement: \(reason)") == true)
    }
}
