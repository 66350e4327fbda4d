import BlackBox
import Foundation
import Testing

/// The uploader shuts itself in, and with it what it starts.
@Suite(.needs(.uploader, .emulator), .needsTracing)
struct FilterTests {
    @Test("To have compact lists read takes files alone")
    func compactLists() throws {
        let lists = try TemporaryDirectory()
        let emulator = try MountedEmulator()
        let filter = try InstalledFilter(
            of: Command(
                Program.uploader.path,
                ["add-compact", "--interface", emulator.directory, lists.path]))
        #expect(try filter.status(of: "read") == 0)
        for act in ["execve", "fork", "socket", "mount", "unlink", "write-open", "make code"] {
            #expect(try filter.status(of: act) == -SIGSYS, "\(act)")
        }
    }

    @Test("Parsers may do what programs do, and not what gives power over others", .needsRoot)
    func parsers() throws {
        let root = try UploadRoot()
        try root.addLists("0-file_list-other-a")
        let filter = try InstalledFilter(of: root.command(["add", UploadRoot.lists]))
        for act in ["read", "map", "execve", "fork", "unlink", "write-open", "map code"] {
            #expect(try filter.status(of: act) == 0, "\(act)")
        }
        for act in ["socket", "ptrace", "mount", "bpf", "memory file", "thread"] {
            #expect(try filter.status(of: act) == -SIGSYS, "\(act)")
        }
    }
}
