import BlackBox
import Testing

/// How the program takes its command line.
@Suite(.needs(.parser))
struct CommandLineTests {
    @Test("Help", arguments: ["--help", "-h"])
    func help(option: String) throws {
        let outcome = try runProgram(Program.parser.path, [option])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("usage: rpm_parser [options] add|del PATH...\n"))
        for option in ["--interface", "--wait", "--dry-run", "--quiet", "--help", "--version"] {
            #expect(outcome.output.contains(option))
        }
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("Version", arguments: ["--version", "-V"])
    func version(option: String) throws {
        let outcome = try runProgram(Program.parser.path, [option])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.wholeMatch(of: /rpm_parser [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    @Test(
        "Wrong usage",
        arguments: [
            [], ["add"], ["del"], ["--", "add"], ["list", "/tmp"], ["Add", "/tmp"], ["", "/tmp"],
            ["--interface"], ["add", "/tmp", "--interface"], ["--wait"],
            ["--wait", "x", "add", "/"],
            ["--wait", "", "add", "/"], ["--wait", "-1", "add", "/"], ["--wait=1.5", "add", "/"],
            ["--wait", "4294967296", "add", "/"], ["--wait=99999999999999999999", "add", "/"],
            ["--frobnicate", "add", "/"], ["-x", "add", "/"], ["-", "add", "/"],
            ["--dry-run=1", "add", "/"], ["--interfaces", "/", "add", "/"], ["-nq", "add", "/"],
            ["add", "/", "--wait"], ["\u{1b}[31m", "/"],
        ])
    func wrongUsage(_ arguments: [String]) throws {
        let outcome = try runProgram(Program.parser.path, arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("rpm_parser: "))
        #expect(outcome.errors.hasSuffix(" (see rpm_parser --help)\n"))
        #expect(!outcome.errors.contains("\u{1b}"))
    }

    @Test("Options count wherever they stand")
    func optionsAnywhere() throws {
        let directory = try TemporaryDirectory()
        try directory.write(.package(1), to: listName("a"))
        for arguments in [
            ["-n", "add", directory.path], ["add", "--dry-run", directory.path],
            ["add", directory.path, "-n"], ["--wait=0", "add", directory.path, "-n"],
            ["-n", "--", "add", directory.path],
        ] {
            let run = try ParserRun(runProgram(Program.parser.path, arguments))
            #expect(run.status == 0)
            #expect(run.summary == Summary(isDryRun: true, added: 1, mutable: 1))
        }
    }
}
