import BlackBox
import DigestList
import Foundation
import Testing

@Suite(.needs(.enforcer))
struct CommandLineTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: String...) throws -> Outcome {
        try runProgram(Program.enforcer.path, arguments)
    }

    @Test("Help and version go to the output")
    func information() throws {
        let help = try run("--help")
        #expect(help.status == 0)
        #expect(help.output.hasPrefix("Usage: diglim-enforcer [OPTION]... MOUNTPOINT\n"))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let version = try run("--version")
        #expect(version.output == "diglim-enforcer \(diglimVersion)\n")
        #expect(version.status == 0)
    }

    @Test(
        "A wrong command line is status 2, and says what is wrong",
        arguments: [
            ([], "no mount point given"), (["/a", "/b"], "more than one mount point given"),
            (["--nonsense", "/"], "unrecognized option '--nonsense'"),
            (["--abi", "v4", "/"], "'v4' is no ABI"),
            (["--keys"], "option '--keys' requires an argument"),
            (["--lists", "", "/"], "--lists is empty"),
            (["--mode", "none", "/"], "--mode: 'none' is no such value"),
            (["--for", "10s", "/"], "--for and --force go with --mode enforce"),
            (["--for", "1h", "--mode", "audit", "/"], "--for and --force go with --mode enforce"),
            (["--force", "/"], "--for and --force go with --mode enforce"),
            (["--mode", "enforce", "--for", "soon", "/"], "--for: 'soon' is no such value"),
            (["--mode", "enforce", "--for", "0s", "/"], "--for: '0s' is no such value"),
            (["--max-digests", "0", "/"], "--max-digests: '0' is no such value"),
            (["--max-digests", "many", "/"], "--max-digests: 'many' is no such value"),
            (
                ["--dry-run", "--mode", "audit", "/"],
                "--dry-run decides nothing, so there is no --mode"
            ),
        ])
    func usage(arguments: [String], reason: String) throws {
        let outcome = try runProgram(Program.enforcer.path, arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.first?.hasPrefix("diglim-enforcer: \(reason)") == true)
        #expect(outcome.errorLines.last == "Try 'diglim-enforcer --help'.")
    }

    @Test("What cannot be served is status 1, and named")
    func failures() throws {
        let file = try directory.write("", to: "file")
        let missing = directory.path("missing")
        let advice = """
            put the certificates (PEM or DER) and OpenPGP public keys there of those who sign \
            digest lists, or give --unsigned
            """
        for (arguments, error) in [
            (["--unsigned", missing], "\(missing): No such file or directory"),
            (["--unsigned", file], "\(file): Not a directory"),
            (["--unsigned", "\(file)/x"], "\(file)/x: Not a directory"),
            (
                ["--keys", missing, directory.path],
                "\(missing): No such file or directory: \(advice)"
            ),
            (
                ["--keys", try directory.makeDirectory("keys"), directory.path],
                "\(directory.path)/keys: nobody to trust: \(advice)"
            ),
        ] {
            let outcome = try runProgram(Program.enforcer.path, ["--dry-run"] + arguments)
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.last.map(String.init) == "diglim-enforcer: \(error)")
        }
        #expect(try directory.names() == ["file", "keys"])
    }

    @Test("It names what the kernel lacks", .enabled(if: !hasPrograms, "the kernel has all of it"))
    func kernel() throws {
        let outcome = try run("--unsigned", directory.path)
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        let reasons = outcome.errorLines.dropFirst()
        #expect(!reasons.isEmpty)
        for reason in reasons {
            #expect(
                ["it needs ", "mount securityfs on ", "add lsm="]
                    .contains { reason.contains($0) }, "\(reason)")
        }
        #expect(try directory.names() == [])
    }

    private static let hasPrograms =
        (try? String(contentsOfFile: "/sys/kernel/security/lsm", encoding: .utf8))?
        .split(whereSeparator: { ",\n".contains($0) }).contains("bpf") == true

    @Test("It needs no standard streams", .needsFUSE)
    func closedStreams() throws {
        var command = Command(
            Program.enforcer.path, ["--dry-run", "--unsigned", directory.path])
        command.closed = [0, 1, 2]
        #expect(try command.run().status == 0)
        #expect(try directory.names().count == 7)
        #expect(try runProgram("umount", [directory.path]).status == 0)
    }
}
