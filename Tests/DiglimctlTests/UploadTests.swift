import BlackBox
import Foundation
import Testing

/// The parser, run by the program.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct UploadTests {
    private let machine: Machine
    private let directory: TemporaryDirectory
    private var lists: TemporaryDirectory { machine.lists }

    init() throws {
        machine = try Machine()
        directory = try TemporaryDirectory()
    }

    /// Puts a script in the place of the parser.
    private func replaceParser(_ script: String) throws {
        machine.parser = try directory.write("#!/bin/sh\n\(script)\n", to: "parser")
        #expect(chmod(machine.parser, 0o755) == 0)
    }

    @Test func result() throws {
        try lists.write(.package(1, mutable: 2, immutable: 1), to: listName("a"))
        try lists.write(HeaderWriter(of: []), to: listName("b"))
        let expected = """
                   1 added (2 mutable and 1 immutable digests)
                   0 already loaded
                   1 empty
                   0 deleted
                   0 failed

            """
        let dryRun = try machine.run("upload", "--dry-run")
        #expect(dryRun.status == 0)
        #expect(dryRun.output == "Dry run, nothing has been changed:\n" + expected)
        #expect(dryRun.errors.isEmpty)
        #expect(try machine.emulator.loadedLabels() == [Machine.parserList])
        let outcome = try machine.run("upload")
        #expect(outcome.status == 0)
        #expect(outcome.output == expected)
        #expect(outcome.errors.isEmpty)
        #expect(try machine.status().well)
        try lists.remove(listName("a"))
        #expect(try machine.run("upload").output.contains("\n       1 deleted\n"))
        #expect(try machine.emulator.loadedLabels() == [Machine.parserList])
    }

    @Test func failures() throws {
        try lists.write(.package(1), to: listName("a"))
        try lists.write("Nothing that a parser could read", to: listName("b"))
        try lists.write("Nothing that a parser could read", to: listName("c"))
        let outcome = try machine.run("upload")
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("       1 added "))
        #expect(outcome.output.hasSuffix("\n       2 failed\n"))
        #expect(
            outcome.errors == """
                diglimctl: \(lists.path(listName("b"))): not an RPM header
                diglimctl: \(lists.path(listName("c"))): not an RPM header

                """)
    }

    @Test("What is mended, and warned of, is no failure") func foreignLabel() throws {
        try lists.write(.package(1), to: listName("a"))
        let list = compactList(1).upload(label: listName("a"))
        #expect(machine.emulator.add(list, label: "mine") == "ok")
        let outcome = try machine.run("upload")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasSuffix("       0 failed\n       1 under foreign labels\n"))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("diglimctl: sha256-\(sha256(list))-mine: "))
        #expect(try machine.status().well)
    }

    @Test("Lists that IMA takes for less, added again") func renewal() throws {
        let machine = try Machine("--actions", "0")
        try machine.lists.write(.package(1), to: listName("a"))
        try machine.sync()
        let outcome = try machine.run("upload", "--renew")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasSuffix("       0 failed\n       1 renewed\n"))
        #expect(try machine.run("upload").output.hasSuffix("       0 failed\n"))
    }

    @Test func noInterface() throws {
        let outcome = try machine.run("upload", [], at: lists.path)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("diglimctl: no DIGLIM interface at \(lists.path): "))
    }

    @Test func noParser() throws {
        machine.parser = directory.path("gone")
        let outcome = try machine.run("upload")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors
                == "diglimctl: cannot run \(machine.parser): No such file or directory\n")
    }

    @Test("What the parser is given") func arguments() throws {
        try replaceParser("echo \"$*\" >&3; echo \"rpm_parser: ${HOME-none}\" >&2")
        let outcome = try machine.run("upload", "--renew", "--dry-run")
        #expect(
            outcome.output
                == "--report-to 3 --quiet --dry-run --renew --interface \(machine.emulator.directory)"
                + " sync -- \(lists.path)\n")
        // What is told may be a warning.
        #expect(outcome.errors == "diglimctl: none\n")
        #expect(outcome.status == 0)
    }

    @Test(
        "A parser that dies",
        arguments: [
            ("kill -9 $$", "ended by signal 9"), ("exit 7", "ended with status 7"),
        ])
    func deadParser(script: String, reason: String) throws {
        try replaceParser(script)
        let outcome = try machine.run("upload")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "diglimctl: \(machine.parser): \(reason)\n")
    }

    @Test("Much that fails, and the last line without its end") func manyLines() throws {
        try replaceParser(
            "yes 'rpm_parser: broken' | head -n 20000 >&2; printf 'the last' >&2; echo 1 failed >&3; exit 1"
        )
        let outcome = try machine.run("upload")
        #expect(outcome.status == 1)
        #expect(outcome.output == "       1 failed\n")
        #expect(outcome.errorLines.count == 20_001)
        #expect(outcome.errorLines.last == "diglimctl: the last")
    }

    @Test("A signal is passed on, and the parser's end waited for") func interrupted() throws {
        let ready = directory.path("ready")
        try replaceParser(
            "trap 'echo 3 added >&3; exit 1' TERM; touch \(ready); while :; do sleep 0.05; done")
        let program = try Command(
            Program.diglimctl.path,
            ["upload", "--interface", machine.emulator.directory, "--parser", machine.parser]
        ).start()
        try wait { access(ready, F_OK) == 0 }
        program.send(SIGTERM)
        let outcome = try program.outcome()
        #expect(outcome.status == -SIGTERM)
        #expect(outcome.output == "       3 added\n")
    }

    @Test("Progress, on a terminal only", .enabled(if: hasTerminals)) func progress() throws {
        let program = [
            Program.diglimctl.path, "upload", "--interface", machine.emulator.directory,
            "--directory", lists.path, "--parser", machine.parser,
        ]
        let shown = try shownOnTerminal(program)
        #expect(shown.contains("\r\u{1b}[Kuploading, digest lists in the kernel: 1\r\u{1b}[K"))
    }
}
