import BlackBox
import Foundation
import Testing

/// How it begins and ends.
@Suite(.needs(.enforcer, .emulator))
struct MountTests {
    private let directory: TemporaryDirectory
    private let lists: TemporaryDirectory

    init() throws { (directory, lists) = (try TemporaryDirectory(), try TemporaryDirectory()) }

    @Test("A signal ends it, and takes the mount away", arguments: [SIGTERM, SIGINT])
    func signals(signal: Int32) throws {
        let run = try DryRun(lists, keys: nil, in: directory)
        #expect(try run.end(signal).status == 0)
        #expect(try directory.names(in: "mount") == [])
    }

    @Test("A lost terminal does not end it")
    func hangup() throws {
        let run = try DryRun(lists, keys: nil)
        run.send(SIGHUP)
        #expect(try run.interface.counts() == ["0", "0", "0", "0"])
        #expect(!run.hasEnded)
    }

    @Test("It ends when it is unmounted")
    func unmounting() throws {
        let run = try DryRun(lists, keys: nil)
        try output(of: "umount", run.interface.directory)
        try wait { run.hasEnded }
    }

    @Test("One that was killed leaves a mount that the next one replaces")
    func stale() throws {
        let first = try DryRun(lists, keys: nil, in: directory)
        let path = first.interface.directory
        #expect(first.interface.add(ListBlock([[UInt8](repeating: 1, count: 32)]).bytes) == "ok")
        #expect(try first.end(SIGKILL).status == -SIGKILL)
        #expect(throws: (any Error).self) { try readFile("\(path)/enforcement") }
        let second = try Command(
            Program.enforcer.path, DryRun.arguments(lists, nil) + ["--foreground", path]
        ).start()
        try wait { second.hasEnded() || (try? first.interface.counts()) == ["0", "0", "0", "0"] }
        second.send(SIGTERM)
        #expect(try second.outcome().status == 0)
        #expect(try directory.names(in: "mount") == [])
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
        #expect(!mounts.contains(" \(path) "))
    }

    @Test("Where one serves already, another one does not begin")
    func served() throws {
        let run = try DryRun(lists, keys: nil)
        let path = run.interface.directory
        let outcome = try runProgram(
            Program.enforcer.path, ["--dry-run", "--unsigned", "--lists", lists.path, path])
        #expect(outcome.status == 1)
        #expect(
            outcome.errors == "diglim-enforcer: \(path): an enforcer serves it already\n")
        #expect(try run.interface.counts() == ["0", "0", "0", "0"])
    }

    @Test("In the background it goes on when its caller has ended, with a child that verifies")
    func background() throws {
        let key = try X509Key(.ecP256)
        let keys = try TemporaryDirectory()
        try keys.write(readFile(key.certificatePath), to: "certificate")
        let path = try directory.makeDirectory("mount")
        let outcome = try runProgram(
            Program.enforcer.path, DryRun.arguments(lists, keys) + [path])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(try String(decoding: readFile("\(path)/enforcement"), as: UTF8.self) != "")
        let processes = try processes(naming: path)
        #expect(processes.count == 2)
        #expect(processes.values.filter { processes[$0] != nil }.count == 1)
        try output(of: "umount", path)
    }

    /// The processes that were started with an argument, and their parents.
    private func processes(naming argument: String) throws -> [String: String] {
        var parents: [String: String] = [:]
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            // Others end meanwhile.
            guard let arguments = try? readFile("/proc/\(process)/cmdline"),
                arguments.split(separator: 0).contains(Array(argument.utf8)[...]),
                let status = try? readFile("/proc/\(process)/status")
            else { continue }
            let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
            parents[process] = lines.first { $0.hasPrefix("PPid:") }.map { $0.filter(\.isNumber) }
        }
        return parents
    }

    @Test("What keeps it from going to the background is told, and is its status")
    func failure() throws {
        let path = try directory.makeDirectory("mount")
        let outcome = try runProgram(
            Program.enforcer.path, DryRun.arguments(lists, directory) + [path])
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.last?.hasPrefix("diglim-enforcer: \(directory.path): ") == true)
    }

    @Test("The service manager is told when it serves")
    func readiness() throws {
        let manager = try NotifySocket(isAbstract: false)
        let path = try directory.makeDirectory("mount")
        var command = Command(
            Program.enforcer.path,
            ["--dry-run", "--unsigned", "--lists", lists.path, "--foreground", path])
        command.environment = ["NOTIFY_SOCKET=\(manager.address)"]
        let program = try command.start()
        #expect(try manager.next() == "READY=1")
        #expect(access("\(path)/enforcement", F_OK) == 0)
        program.send(SIGTERM)
        #expect(try program.outcome().status == 0)
    }
}
