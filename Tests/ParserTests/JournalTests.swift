import BlackBox
import Testing

/// What the programs write where standard error is the journal's.
@Suite(.needs(.parser, .uploader), .needsRoot, .needsMounts)
struct JournalTests {
    /// Runs a program with standard error connected to a socket, and prints what arrives there.
    private static let script = """
        import os, socket, subprocess, sys
        path = sys.argv[1]
        os.makedirs(os.path.dirname(path))
        listener, client = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        client.connect(path)
        status = subprocess.run(sys.argv[2:], stderr=client, env={}).returncode
        client.close()
        print(listener.accept()[0].makefile().read(), end="")
        sys.exit(status)
        """

    /// Has a socket at a path below an empty `/run` be a program's standard error.
    private func run(_ path: String, _ program: Program, _ arguments: [String]) throws -> Outcome {
        try runProgram(
            "unshare",
            [
                "--mount", "sh", "-c", "mount -t tmpfs tmpfs /run && exec \"$@\"", "sh",
                "python3", "-c", Self.script, path, program.path,
            ] + arguments)
    }

    @Test(
        "Lines for the journal have priorities, and those for other sockets none",
        arguments: [
            ("/run/systemd/journal/stdout", "<3>"), ("/run/systemd/journal.own/stdout", "<3>"),
            ("/run/systemd/other/stdout", ""),
        ], [Program.parser, .uploader])
    func wrongCommandLine(socket: (path: String, priority: String), program: Program) throws {
        let outcome = try run(socket.path, program, ["--wrong"])
        #expect(outcome.status == 2)
        #expect(outcome.output.hasPrefix("\(socket.priority)\(program.rawValue): "))
        #expect(outcome.errors.isEmpty)
    }

    @Test func failureAndSummary() throws {
        let directory = try TemporaryDirectory()
        try directory.write("bad", to: listName("bad"))
        let emulator = try MountedEmulator()
        let outcome = try run(
            "/run/systemd/journal/stdout", .parser,
            ["--interface", emulator.directory, "sync", directory.path])
        #expect(outcome.status == 1)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("<3>rpm_parser: ") == true)
        #expect(lines.last?.hasPrefix("<6>rpm_parser: ") == true)
    }
}
