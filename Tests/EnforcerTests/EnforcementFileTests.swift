import BlackBox
import Foundation
import Testing

/// What a dry run says of itself, and that it takes no orders.
@Suite(.needs(.enforcer, .diglimctl, .emulator))
struct EnforcementFileTests {
    private let lists: TemporaryDirectory
    private let keys: TemporaryDirectory

    init() throws {
        (lists, keys) = (try TemporaryDirectory(), try TemporaryDirectory())
        let key = try X509Key(.ecP256)
        try keys.write(readFile(key.certificatePath), to: "certificate")
    }

    @Test("It decides nothing, and says since when", arguments: [true, false])
    func content(signatures: Bool) throws {
        let before = time(nil)
        let run = try DryRun(lists, keys: signatures ? keys : nil)
        let lines = try run.interface.text("enforcement").split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "mode: none")
        let since = try #require(Int(lines[1].dropFirst("since: ".count)))
        #expect(lines[1].hasPrefix("since: ") && before...time(nil) ~= since)
        #expect(lines[2] == "trust: \(signatures ? "signatures" : "unsigned")")
        let status = try runProgram(
            Program.diglimctl.path,
            [
                "status", "--interface", run.interface.directory, "--directory", lists.path,
                "--keys", keys.path,
            ])
        #expect(status.output.contains("\nenforcer   a dry run: nothing is asked, nothing refused"))
    }

    @Test("Nobody changes its mode")
    func writes() throws {
        let run = try DryRun(lists, keys: keys)
        for text in ["audit", "enforce", "enforce 10\n", "other"] {
            #expect(run.interface.write(Array(text.utf8), to: "enforcement") == "EPERM")
        }
        for mode in ["audit", "enforce"] {
            let outcome = try runProgram(
                Program.enforcer.path, ["--mode", mode, run.interface.directory])
            #expect(outcome.status == 1)
            #expect(
                outcome.errors
                    == "diglim-enforcer: \(run.interface.directory): what serves it is a dry run, "
                    + "which has no mode\n")
        }
        #expect(try run.interface.text("enforcement").hasPrefix("mode: none\n"))
    }
}
