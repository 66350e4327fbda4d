import BlackBox
import Foundation
import Testing

/// The parser shuts itself in before it opens anything.
@Suite(.needs(.parser, .emulator), .needsTracing)
struct FilterTests {
    private let lists: TemporaryDirectory
    private let emulator: MountedEmulator

    init() throws {
        lists = try TemporaryDirectory()
        emulator = try MountedEmulator()
        try lists.write(.package(1), to: listName("a"))
    }

    private func command(_ arguments: String...) -> Command {
        Command(
            Program.parser.path, ["--interface", emulator.directory] + arguments + [lists.path])
    }

    @Test(
        "The filter lets files be read and ends the process at all else",
        arguments: ["add", "sync", "del"])
    func refused(operation: String) throws {
        let filter = try InstalledFilter(of: command(operation))
        for act in ["read", "map"] { #expect(try filter.status(of: act) == 0, "\(act)") }
        var acts = [
            "execve", "fork", "thread", "socket", "kill", "ptrace", "mount", "unlink", "bpf",
            "memory file", "write-open", "create", "map code", "make code",
        ]
        #if arch(x86_64)
            acts.append("other architecture")
        #endif
        for act in acts { #expect(try filter.status(of: act) == -SIGSYS, "\(act)") }
    }

    @Test("It is in place before the first file is opened", arguments: ["add", "sync", "del"])
    func order(operation: String) throws {
        let (_, calls) = try trace(command(operation))
        let names = calls.map(\.name)
        let filter = try #require(names.lastIndex(of: "prctl"))
        let open = try #require(names.firstIndex { $0.hasPrefix("open") })
        #expect(filter < open)
        #expect(calls.count { $0.name == "prctl" } == 2)
    }

    @Test("A call that is not allowed ends the parser itself")
    func ended() throws {
        let real = command("add")
        let outcome = try Command(
            "strace",
            [
                "-qq", "-o", "/dev/null", "-e", "inject=fstatfs:retval=0:syscall=getpid",
                real.program,
            ]
                + real.arguments
        ).run()
        #expect(outcome.status == -SIGSYS)
        #expect(try emulator.loadedNames() == [])
    }

    @Test("A kernel without filters is told once, and the work is done")
    func withoutFilters() throws {
        let real = command("add")
        let outcome = try Command(
            "strace",
            ["-qq", "-o", "/dev/null", "-e", "inject=prctl:error=EINVAL:when=2", real.program]
                + real.arguments
        ).run()
        #expect(outcome.status == 0)
        let told = outcome.errorLines.filter {
            $0.contains("the kernel does not restrict the program's system calls: ")
        }
        #expect(told.count == 1)
        #expect(try emulator.loadedLabels() == [listName("a")])
    }
}
