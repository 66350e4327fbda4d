import BlackBox
import Foundation
import Testing

/// How the program takes its command line.
@Suite(.needs(.mkparserList))
struct CommandLineTests {
    @Test func helpAndVersion() throws {
        let help = try MkparserList.run("--help")
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(help.output.hasPrefix("Usage: diglim-mkparser-list "))
        for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let version = try MkparserList.run("--version")
        #expect(version.status == 0)
        #expect(
            version.output.wholeMatch(of: /diglim-mkparser-list [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    @Test(arguments: [
        [], ["x_parser"], ["--output", "out"], ["--output", "", "x_parser"],
        ["--frobnicate"], ["--output"], ["--json=yes", "--output", "out", "x_parser"],
        ["--output", "out", "--abi", "v4", "x_parser"],
        ["--output", "out", "--algorithm", "sha257", "x_parser"],
        ["--output", "out", "--key", "k", "x_parser"],
        ["--output", "out", "--certificate", "c", "x_parser"],
        ["--output", "out", "--hash", "sha256", "x_parser"],
        ["--output", "out", "--keyid", "x_parser"],
        ["--output", "out", "--passphrase-file", "p", "x_parser"],
        ["--output", "out", "--key", "k", "--certificate", "c", "--hash", "md5", "x_parser"],
        ["--output", "out", "--key", "k", "--certificate", "c", "--certificate", "d", "x_parser"],
        ["--to-be-signed", "in", "--key", "k", "--certificate", "c", "x_parser"],
        ["--to-be-signed", "in", "--certificate", "c", "x_parser"],
        ["--to-be-signed", "in", "--keyid", "x_parser"],
        ["--to-be-signed", "in", "--attach", "in", "--output", "out", "x_parser"],
        ["--to-be-signed", "in"],
        ["--attach", "in", "--output", "out", "x_parser"],
        ["--attach", "in", "--certificate", "c", "x_parser"],
        ["--attach", "in", "--output", "out", "--key", "k", "--certificate", "c", "x_parser"],
        [
            "--attach", "in", "--output", "out", "--certificate", "c", "--certificate", "d",
            "x_parser",
        ],
        ["--verify", "x_parser"], ["--verify", "--output", "out"],
        ["--verify", "--output", "out", "--key", "k", "--certificate", "c", "x_parser"],
        ["--verify", "--output", "out", "--hash", "sha256", "x_parser"],
        ["--verify", "--output", "out", "--force", "x_parser"],
        ["--verify", "--attach", "in", "--output", "out", "--certificate", "c", "x_parser"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        try directory.writeExecutable(ELFBuilder().bytes, to: "x_parser")
        var command = Command(Program.mkparserList.path, arguments)
        command.workingDirectory = directory.path
        let outcome = try command.run()
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errors.hasPrefix("diglim-mkparser-list: "))
        #expect(outcome.errors.hasSuffix("Try 'diglim-mkparser-list --help'.\n"))
        #expect(try directory.names() == ["x_parser"])
    }

    @Test func fullOutputIsAFailure() throws {
        let command = "'\(Program.mkparserList.path)' --version >/dev/full"
        let outcome = try runProgram("sh", ["-c", command])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("No space left"))
    }

    /// A file that is opened must never take the place of a closed standard descriptor.
    @Test func closedDescriptors() throws {
        let directory = try TemporaryDirectory()
        let parser = try directory.writeExecutable(ELFBuilder().bytes)
        var command = Command(
            Program.mkparserList.path, ["--output", directory.path("out"), parser])
        command.closed = [0, 1, 2]
        #expect(try command.run().status == 0)
        let lists = MkparserList.lists(digest: sha256(ELFBuilder().bytes))
        for (name, list) in zip(MkparserList.listNames(), lists) {
            #expect(try directory.bytes(of: "out/\(name)") == list)
        }
    }
}
