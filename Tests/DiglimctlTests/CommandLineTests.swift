import BlackBox
import Foundation
import Testing

/// How the program takes its command line.
@Suite(.needs(.diglimctl))
struct CommandLineTests {
    static let commands = [
        "generate", "compact", "convert", "show", "sign", "verify", "status", "list", "query",
        "upload", "check", "explain", "predict", "replay",
    ]

    @Test func helpListsEveryCommand() throws {
        let outcome = try Diglimctl.run("--help")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        for command in Self.commands {
            #expect(outcome.output.contains("\n  \(command) "))
        }
    }

    @Test(arguments: commands) func helpOfEachCommand(_ command: String) throws {
        let help = try Diglimctl.run(command, "--help")
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(help.output.hasPrefix("Usage: diglimctl \(command) "))
        #expect(try Diglimctl.run("help", command).output == help.output)
        for line in help.output.split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test func version() throws {
        let outcome = try Diglimctl.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.wholeMatch(of: /diglimctl [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    @Test(arguments: [
        [], ["frobnicate"], ["--frobnicate"], ["help", "frobnicate"],
        ["generate"], ["generate", "--output"], ["generate", "--output", "/tmp"],
        ["generate", "--frobnicate"], ["generate", "-x"], ["generate", "--json=yes"],
        ["generate", "x.rpm"], ["generate", "--rpmdb"],
        ["generate", "--output", "", "x.rpm"],
        ["generate", "--output", "/tmp", "--rpmdb", "--root", ""],
        ["generate", "--output", "/tmp", "--root", "/", "x.rpm"],
        ["generate", "--output", "/tmp", "--dbpath", "/", "x.rpm"],
        ["generate", "--output", "/tmp", "--rpmdb", "--root", "/", "--dbpath", "/"],
        ["generate", "--output", "/tmp", "--position", "x", "x.rpm"],
        ["generate", "--output", "/tmp", "--position", "-1", "x.rpm"],
        ["generate", "--output", "/tmp", "--position", "+1", "x.rpm"],
        ["generate", "--output", "/tmp", "--position", "", "x.rpm"],
        ["generate", "--output", "/tmp", "--position", "4294967296", "x.rpm"],
        ["show"], ["show", "--abi", "v4", "x"], ["show", "--abi"], ["show", "--frobnicate", "x"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let outcome = try Diglimctl.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        let lines = outcome.errorLines
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("diglimctl: ") == true)
        #expect(lines.last?.hasPrefix("Try 'diglimctl ") == true)
    }

    @Test func fullOutputIsAFailure() throws {
        let command = "'\(Program.diglimctl.path)' --help >/dev/full"
        let outcome = try runProgram("sh", ["-c", command])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("No space left"))
    }

    /// A file that is opened must never take the place of a closed standard descriptor.
    @Test func closedDescriptors() throws {
        let directory = try TemporaryDirectory()
        let package = try directory.write(PackageBuilder().package, to: "odd.rpm")
        let program = Program.diglimctl.path
        let command =
            "'\(program)' generate --output '\(directory.path)/out' '\(package)' <&- >&- 2>&-"
        #expect(try runProgram("sh", ["-c", command]).status == 0)
        #expect(
            try directory.bytes(of: "out/0-file_list-rpm-odd-1-1.noarch") == PackageBuilder().header
        )
    }
}
