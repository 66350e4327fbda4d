import BlackBox
import Foundation
import Testing

/// The watching program shuts itself in, and with it the parser.
@Suite(.needs(.watcher, .parser, .emulator), .needsTracing)
struct FilterTests {
    @Test("It can run the parser, and not much else")
    func refused() throws {
        // Without an interface it ends by itself.
        let directory = try TemporaryDirectory()
        let filter = try InstalledFilter(
            of: Command(
                Program.watcher.path, ["--interface", directory.path, directory.path]))
        for act in ["read", "map", "execve", "fork", "kill"] {
            #expect(try filter.status(of: act) == 0, "\(act)")
        }
        let acts = [
            "thread", "socket", "ptrace", "mount", "unlink", "bpf", "memory file", "write-open",
            "create", "map code", "make code",
        ]
        for act in acts { #expect(try filter.status(of: act) == -SIGSYS, "\(act)") }
    }
}
