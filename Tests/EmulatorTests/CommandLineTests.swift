import BlackBox
import DigestList
import Foundation
import Testing

@Suite(.needs(.emulator))
struct CommandLineTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("Help and version go to the output")
    func information() throws {
        let help = try MountedEmulator.run(["--help"])
        #expect(help.status == 0)
        #expect(help.output.hasPrefix("Usage: diglim-emulator [OPTION]... MOUNTPOINT\n"))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let version = try MountedEmulator.run(["--version"])
        #expect(version.output == "diglim-emulator \(diglimVersion)\n")
        #expect(version.status == 0)
    }

    @Test(
        "A wrong command line is status 2",
        arguments: [
            [], ["/a", "/b"], ["--nonsense", "/"], ["--abi", "v4", "/"], ["--abi"],
            ["--actions", "8", "/"], ["--actions-for", "=3", "/"], ["--actions-for", "3", "/"],
            ["--actions-for", "/bin/sh=8", "/"], ["--actions-for", "/bin/sh=", "/"],
            ["--fail-every", "0:EIO", "/"],
            ["--fail-every", "3:EWHAT", "/"], ["--fail-over", "EIO", "/"], ["--busy", "-1", "/"],
            ["--max-write", "100", "/"], ["--max-write", "4194305", "/"],
        ])
    func usage(arguments: [String]) throws {
        let outcome = try MountedEmulator.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.first?.hasPrefix("diglim-emulator: ") == true)
        #expect(outcome.errorLines.last == "Try 'diglim-emulator --help'.")
    }

    @Test("What cannot be mounted or opened is status 1, and named")
    func failures() throws {
        let file = try directory.write("", to: "file")
        let log = directory.path("no/log")
        let expected: [(arguments: [String], error: String)] = [
            ([directory.path("missing")], "missing: No such file or directory"),
            ([file], "file: Not a directory"),
            (["--log", log, directory.path], "no/log: No such file or directory"),
            (["--actions-for", "\(log)=3", directory.path], "no/log: No such file or directory"),
        ]
        for (arguments, error) in expected {
            let outcome = try MountedEmulator.run(arguments)
            #expect(outcome.status == 1)
            #expect(outcome.errors == "diglim-emulator: \(directory.path)/\(error)\n")
        }
    }

    @Test("It needs no standard streams")
    func closedStreams() throws {
        var command = Command(Program.emulator.path, [directory.path])
        command.closed = [0, 1, 2]
        #expect(try command.run().status == 0)
        #expect(try directory.names().count == 6)
        #expect(try runProgram("umount", [directory.path]).status == 0)
    }

    @Test("A signal ends it, and takes the mount away", arguments: [SIGTERM, SIGINT, SIGHUP])
    func signals(signal: Int32) throws {
        let emulator = try start()
        emulator.send(signal)
        #expect(try emulator.outcome().status == 0)
        #expect(try directory.names() == [])
    }

    @Test("It ends when it is unmounted", arguments: [["umount"], ["fusermount3", "-u"]])
    func unmounting(command: [String]) throws {
        let emulator = try start()
        #expect(try runProgram(command[0], command.dropFirst() + [directory.path]).status == 0)
        #expect(try emulator.outcome().status == 0)
    }

    private func start() throws -> RunningProgram {
        let program = try Command(Program.emulator.path, ["--foreground", directory.path]).start()
        for _ in 0..<500 where try directory.names().isEmpty { usleep(10_000) }
        #expect(try directory.names().count == 6)
        return program
    }
}
