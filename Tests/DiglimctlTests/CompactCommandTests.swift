import BlackBox
import Foundation
import Testing

/// How `compact` takes its command line, how it ends, and whether its lists can be loaded.
@Suite(.needs(.diglimctl))
struct CompactCommandTests {
    private let output: TemporaryDirectory

    init() throws { output = try TemporaryDirectory() }

    @Test(arguments: [
        [], ["--output", "o"], ["x"], ["--output", "", "x"], ["--output", "o", "x", "y"],
        ["--output", "o", "--files-from", "x"], ["--output", "o", "."], ["--output", "o", "/"],
        ["--output", "o", ".."], ["--output", "o", "x/.."], ["--output", "o", "--null", "x"],
        ["--output", "o", "--name", "n", "--files-from", "x", "y"], ["--output", "o", "a b"],
        ["--output", "o", "--name", "a/b", "x"], ["--output", "o", "--name", "a\nb", "x"],
        ["--output", "o", "--name", String(repeating: "n", count: 240), "x"],
        ["--output", "o", "--type", "key", "x"], ["--output", "o", "--type", "", "x"],
        ["--output", "o", "--algorithm", "sha3", "x"], ["--output", "o", "--abi", "v1", "x"],
        ["--output", "o", "--position", "-1", "x"], ["--output", "o", "--name", "n", ""],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        var command = Command(Program.diglimctl.path, ["compact"] + arguments)
        command.workingDirectory = output.path
        let outcome = try command.run()
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.last == "Try 'diglimctl compact --help'.")
        #expect(try output.names() == [])
    }

    @Test func help() throws {
        let help = try Diglimctl.run("compact", "--help")
        #expect(help.status == 0)
        #expect(help.output.hasPrefix("Usage: diglimctl compact "))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func algorithmThatLibcryptoLacks() throws {
        let outcome = try Diglimctl.run(
            "compact", "--output", output.path("o"), "--algorithm", "tgr192", "/bin/sh")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "diglimctl: libcrypto does not have tgr192\n")
        #expect(try output.names() == [])
    }

    @Test(.needs(.emulator)) func theKernelLoadsThem() throws {
        let list = output.path("0-file_list-compact-bin")
        #expect(try Diglimctl.run("compact", "--output", output.path, "/usr/bin").status == 0)
        let emulator = try MountedEmulator()
        #expect(emulator.add(Array(list.utf8)) == "ok")
        let digests = Set(try ListBlock.blocks(of: readFile(list)).flatMap(\.digests))
        #expect(try emulator.counts()[1] == "\(digests.count)")
        let program = try #require(try ReferenceFile.all(in: "/usr/bin").first)
        #expect(emulator.query("sha256-\(program.digest)").contains("modifiers: 1"))
    }

    /// A list is whole or not there, whenever the program ends.
    @Test(arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP])
    func ended(_ signal: Int32) throws {
        let list = "0-file_list-compact-bin"
        let arguments = ["compact", "--output", output.path, "/usr/bin"]
        #expect(try Diglimctl.run(arguments).status == 0)
        let whole = try output.bytes(of: list)
        try output.remove(list)
        for round in 0..<20 {
            let program = try Command(Program.diglimctl.path, arguments).start()
            usleep(UInt32(round) * 10_000)
            program.send(signal)
            let outcome = try program.outcome()
            #expect([0, -signal].contains(outcome.status), "\(outcome.errors)")
            let names = try output.names()
            if names.contains(list) {
                #expect(try output.bytes(of: list) == whole)
                try output.remove(list)
            }
            let rest = names.filter { $0 != list }
            #expect(signal == SIGKILL ? rest.count <= 1 : rest.isEmpty)
        }
        #expect(try Diglimctl.run(arguments).status == 0)
        #expect(try output.names() == [list])
    }
}
