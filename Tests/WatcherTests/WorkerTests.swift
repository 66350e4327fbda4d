import BlackBox
import Foundation
import Testing

/// The processes that a watching program leaves the work to, and its manager.
@Suite(.needs(.watcher, .parser, .emulator))
struct WorkerTests {
    private let name = listName("a")

    /// The processes that a process has started.
    private func children(of process: RunningProgram) throws -> [pid_t] {
        let path = "/proc/\(process.identifier)/task/\(process.identifier)/children"
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
            .compactMap { pid_t($0) }
    }

    private func worker(of watch: Watch) throws -> pid_t {
        var found: pid_t?
        try wait {
            found = try children(of: watch.program).first
            return found != nil
        }
        return try #require(found)
    }

    @Test("A worker that is killed is told, and its batch tried again")
    func killedWorker() throws {
        let emulator = try MountedEmulator()
        // Whoever has one of the interface's files open keeps the worker waiting.
        let holder = emulator.open("digest_list_add", O_WRONLY)
        let killed = Result {
            let watch = try Watch(on: emulator)
            try watch.write(.package(1), to: name)
            kill(try worker(of: watch), SIGKILL)
            return watch
        }
        // Once, whatever happens: the number may be that of another test's file next.
        close(holder)
        let watch = try killed.get()
        try watch.ready()
        try watch.wait(forLabels: [name])
        let lines = try watch.stop().errorLines
        #expect(
            lines.contains(
                "watch_digest_lists: rpm_parser was ended by signal 9; trying again in 1 second")
        )
    }

    @Test("SIGTERM does not wait for an interface that is not free")
    func stopWhileBusy() throws {
        let emulator = try MountedEmulator()
        let holder = emulator.open("digest_list_add", O_WRONLY)
        defer { close(holder) }
        let watch = try Watch(on: emulator, options: ["--wait", "1000"])
        try watch.write(.package(1), to: name)
        _ = try worker(of: watch)
        #expect(try watch.stop().status == 0)
        #expect(try emulator.loadedNames() == [])
    }

    @Test("Without an interface the program ends with status 3")
    func noInterface() throws {
        let directory = try TemporaryDirectory()
        let outcome = try runProgram(
            Program.watcher.path, ["--interface", directory.path, directory.path])
        #expect(outcome.status == 3)
        #expect(outcome.errorLines.count == 1)
    }

    @Test(
        "The watching process opens no list, and each batch is a process of its own", .needsTracing)
    func opens() throws {
        let directory = try TemporaryDirectory()
        try directory.makeDirectory("lists")
        try directory.write(.package(1), to: "lists/\(name)")
        let emulator = try MountedEmulator()
        let manager = try NotifySocket()
        // Without following children: what is seen is the watching process alone.
        var command = Command(
            "strace",
            [
                "-o", directory.path("trace"), "-e", "trace=%file,%desc,%process", "-y",
                Program.watcher.path, "--interface", emulator.directory, directory.path("lists"),
            ])
        command.environment = ["NOTIFY_SOCKET=\(manager.address)", "PATH=/usr/bin:/bin"]
        let program = try command.start()
        #expect(try manager.next().hasPrefix("READY=1\n"))
        let parser = try #require(try children(of: program).first)
        kill(parser, SIGTERM)
        #expect(try program.outcome().status == 0)
        let trace = String(decoding: try directory.bytes(of: "trace"), as: UTF8.self)
        let opened = trace.split(separator: "\n").filter { $0.hasPrefix("open") }
        #expect(opened.count == 1)
        #expect(opened.allSatisfy { $0.contains("/proc/self/mountinfo") })
        #expect(trace.contains("clone") || trace.contains("vfork"))
        #expect(try emulator.loadedLabels() == [name])
    }

    @Test("Hundreds of batches leave no descriptor and no memory behind")
    func noGrowth() throws {
        let watch = try Watch()
        try watch.ready()
        func state() throws -> (descriptors: Int, memory: Int) {
            let process = "/proc/\(watch.program.identifier)"
            let status = try String(contentsOfFile: "\(process)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData") })
            return (
                try FileManager.default.contentsOfDirectory(atPath: "\(process)/fd").count,
                try #require(Int(line.filter(\.isNumber)))
            )
        }
        func reload(_ count: Int) throws {
            for _ in 0..<count {
                watch.program.send(SIGHUP)
                #expect(try watch.manager.next().hasPrefix("RELOADING=1\n"))
                try watch.ready()
            }
        }
        try reload(20)
        let before = try state()
        try reload(300)
        #expect(try state() == before)
    }

    @Test(
        "What the manager hears is what libsystemd would have told it",
        .enabled(if: access("/usr/bin/systemd-notify", X_OK) == 0, "no systemd-notify"),
        arguments: [false, true])
    func sameAsLibsystemd(isAbstract: Bool) throws {
        let watch = try Watch(isAbstract: isAbstract)
        let ours = try watch.manager.next().split(separator: "\n")
        let status = try #require(ours.last?.split(separator: "=", maxSplits: 1).last)
        var command = Command(
            "/usr/bin/systemd-notify", ["--no-block", "--ready", "--status=\(status)"])
        command.environment = ["NOTIFY_SOCKET=\(watch.manager.address)"]
        #expect(try command.run().status == 0)
        #expect(try watch.manager.next().split(separator: "\n") == ours)
    }

    @Test("The watchdog hears of the program for as long as it runs", arguments: [false, true])
    func watchdog(isAbstract: Bool) throws {
        let watch = try Watch(isAbstract: isAbstract, variables: ["WATCHDOG_USEC=200000"])
        try watch.ready()
        for _ in 0..<5 {
            let message = try watch.manager.next(watchdog: true)
            #expect(message == "WATCHDOG=1\n")
        }
    }

    @Test("A watchdog of another process is none of ours")
    func othersWatchdog() throws {
        let watch = try Watch(variables: ["WATCHDOG_USEC=1000", "WATCHDOG_PID=1"])
        _ = try watch.manager.next(watchdog: true)
        try watch.write(.package(1), to: name)
        #expect(try watch.manager.next(watchdog: true).hasPrefix("STATUS="))
    }
}
