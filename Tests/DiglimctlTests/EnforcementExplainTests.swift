import BlackBox
import Foundation
import Testing

/// What `explain` tells of an enforcer, and of what it has written to the journal.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct EnforcementExplainTests {
    private typealias Explanation = ExplainTests.Explanation

    @Test(
        "What becomes of a file",
        .enabled(if: InstalledSystem.isPossible, "rpm or cpio is missing"))
    func verdicts() throws {
        let system = try InstalledSystem("alpha")
        let interface = try EnforcerInterface(of: try Machine(), "")
        let arguments = [
            "explain", "--root", system.root, "--interface", interface.path, "/usr/bin/alpha",
        ]
        func expect(
            _ mode: String, _ verdict: String, of enforcer: String, _ text: String,
            location: SourceLocation = #_sourceLocation
        ) throws {
            try interface.say(EnforcerInterface.text(mode))
            let outcome = try Diglimctl.run(arguments + ["--json"])
            let result = try #require(try outcome.json([Explanation].self).first)
            #expect(result.verdict == verdict, sourceLocation: location)
            let digest = try #require(result.digest)
            #expect(
                result.enforcer == .init(mode: mode, verdict: enforcer, digest: digest),
                sourceLocation: location)
            let isWell = verdict == "known" && ["allowed", "undecided"].contains(enforcer)
            #expect(outcome.status == (isWell ? 0 : 1), sourceLocation: location)
            let lines = try Diglimctl.run(arguments).output
            #expect(lines.contains("\n  enforcer  \(text)"), "\(lines)", sourceLocation: location)
        }
        let unknown = "no list that counts has its digest\n"
        try interface.answer(listName("alpha"))
        try expect(
            "enforce", "known", of: "allowed", "allows it: a list that counts has its digest")
        try expect("audit", "known", of: "allowed", "allows it")
        try expect("none", "known", of: "undecided", "decides nothing, in a dry run\n")
        for actions in [0, 1] {
            try interface.answer(listName("alpha"), actions: actions)
            try expect("enforce", "no_actions", of: "refused", "refuses it: \(unknown)")
            try expect(
                "audit", "no_actions", of: "told", "would refuse it, in audit mode: \(unknown)")
        }
        let outcome = try Diglimctl.run(arguments + ["--keys", system.path("opt")])
        #expect(outcome.output.contains(": known from lists that do not count: not signed\n"))
        let list = system.list(of: "alpha")
        #expect(
            outcome.output.hasSuffix(
                "  mend      diglimctl sign --key KEY --certificate CERT \(list)\n"
                    + "  mend      diglimctl upload --renew\n"))
        try interface.answer(listName("alpha"), isFile: false)
        try expect("enforce", "not_loaded", of: "refused", "refuses it: \(unknown)")
    }

    @Test(
        "It is asked by the enforcer's own hash",
        .enabled(if: InstalledSystem.isPossible, "rpm or cpio is missing"))
    func otherAlgorithm() throws {
        let system = try InstalledSystem("alpha")
        let text = EnforcerInterface.text("audit", algorithm: "sha384")
        let interface = try EnforcerInterface(of: try Machine(), text)
        try interface.answer(listName("alpha"), digits: 96)
        let outcome = try Diglimctl.run(
            "explain", "--root", system.root, "--interface", interface.path, "--json",
            "/usr/bin/alpha")
        let result = try #require(try outcome.json([Explanation].self).first)
        let digest = try output(of: "sha384sum", system.path("usr/bin/alpha")).prefix(96)
        #expect(result.enforcer?.digest == "sha384-\(digest)")
        #expect(result.digest?.hasPrefix("sha256-") == true)
    }

    private static let writer = "/lib/systemd/systemd-journal-remote"

    @Test(
        "The last refusals of the journal", .needsMachineFiles,
        .enabled(if: access(writer, X_OK) == 0, "systemd-journal-remote is missing"))
    func refusals() throws {
        let place = try TemporaryDirectory()
        let file = try place.write("#!/bin/sh\n", to: "a program")
        var records = (0..<6).map { number in
            """
            MESSAGE=refused to execute \(file)
            MESSAGE_ID=5c1d0b1e3f5a4f0d9b7e6a2c8d4f1e90
            DIGLIM_PATH=\(file)
            DIGLIM_MODE=\(number == 5 ? "audit" : "enforce")
            DIGLIM_HOOK=execution
            DIGLIM_REASON=unknown
            DIGLIM_DIGEST=sha256-00
            OBJECT_PID=\(100 + number)
            DIGLIM_COMM=bash
            DIGLIM_PARENT_PID=7
            DIGLIM_PARENT_COMM=sshd
            DIGLIM_UNIT=ssh.service
            _UID=0

            """
        }
        records.append(records[0].replacing(file, with: file + "s"))
        records.append(records[0].replacing("5c1d", with: "0000"))
        // Somebody else's.
        records.append(records[0].replacing("_UID=0", with: "_UID=1000"))
        records[5] += "DIGLIM_OMITTED=3\n"
        let id = "0123456789abcdef0123456789abcdef"
        let text = records.enumerated().map { number, record in
            "__REALTIME_TIMESTAMP=\(1_764_150_063 + number)000000\n"
                + "__MONOTONIC_TIMESTAMP=\(number + 1)\n_BOOT_ID=\(id)\n\(record)\n"
        }.joined()
        let (etc, log) = (try TemporaryDirectory(), try TemporaryDirectory())
        try etc.write("\(id)\n", to: "machine-id")
        try log.makeDirectory("journal/\(id)")
        try output(
            of: Self.writer, "--output=\(log.path("journal/\(id)/system.journal"))",
            place.write(text, to: "records"))
        func run(_ arguments: String...) throws -> Outcome {
            try Command(
                Program.diglimctl.path,
                ["explain", "--directory", place.makeDirectory("lists"), file] + arguments
            ).finding(etc.path).finding(log.path, in: "/var/log").run()
        }
        let refusals = try #require(try run("--json").json([Explanation].self).first?.refusals)
        #expect(refusals.map(\.process) == [105, 104, 103, 102, 101])
        #expect(
            refusals[0]
                == .init(
                    time: "2025-11-26T09:41:08Z", mode: "audit", hook: "execution",
                    reason: "unknown", digest: "sha256-00", process: 105, command: "bash",
                    parent: 7, parentCommand: "sshd", unit: "ssh.service",
                    message: "refused to execute \(file)", omitted: 3))
        let lines = try run().output.split(separator: "\n").filter { $0.contains("  refused  ") }
        #expect(
            lines == [
                "  refused   2025-11-26T09:41:08Z, execution by bash (105) of ssh.service: unknown,"
                    + " in audit mode",
                "  refused   2025-11-26T09:41:07Z, execution by bash (104) of ssh.service: unknown",
                "  refused   2025-11-26T09:41:06Z, execution by bash (103) of ssh.service: unknown",
            ])
    }
}
