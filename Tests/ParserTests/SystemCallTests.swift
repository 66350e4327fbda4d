import BlackBox
import Foundation
import Testing

/// What the program asks of the kernel: the one thing that one has to know to trust it.
@Suite(.needs(.parser, .emulator), .needsTracing)
struct SystemCallTests {
    private let lists: TemporaryDirectory
    private let emulator: MountedEmulator
    private let names = ["a", "b", "c"].map { listName($0) }

    init() throws {
        lists = try TemporaryDirectory()
        emulator = try MountedEmulator()
        for (seed, name) in names.enumerated() { try lists.write(.package(seed), to: name) }
        try lists.write("", to: "0-file_list-compact-other")
        try lists.makeDirectory("more")
    }

    /// All that the program may call: no socket, no process, no thread, no memory that can be
    /// executed, no file that is mapped, made or changed.
    private static let allowed: Set<String> = [
        "execve", "exit_group",
        // The C library's start, and memory.
        "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "getrandom",
        "sysinfo", "futex", "brk", "mmap", "munmap", "mremap", "mprotect", "madvise",
        "rt_sigaction", "clock_gettime", "nanosleep", "clock_nanosleep",
        // Files.
        "open", "openat", "openat2", "close", "read", "readv", "write", "fcntl", "lseek", "fstat",
        "newfstatat", "statx", "fstatfs", "getdents64",
        // Whether standard error is the journal's.
        "getpeername",
        // What shuts it in.
        "prctl",
    ]

    private func command(_ operation: String) -> Command {
        Command(
            Program.parser.path, ["--interface", emulator.directory, operation, lists.path])
    }

    private func check(_ calls: [SystemCall], opens allowed: Set<String>) throws {
        #expect(calls.count { $0.name == "execve" } == 1)
        #expect(Set(calls.map(\.name)).subtracting(Self.allowed) == [])
        let paths = calls.compactMap(\.openedPath)
        #expect(Set(paths).subtracting(allowed) == [])
        #expect(!paths.isEmpty)
        for call in calls {
            if call.name == "mmap" { #expect(call.arguments.contains("MAP_ANONYMOUS")) }
            if call.name.hasPrefix("m") { #expect(!call.arguments.contains("PROT_EXEC")) }
            if call.openedPath != nil {
                #expect(!call.arguments.contains("O_RDWR"))
                #expect(!call.arguments.contains("O_CREAT"))
                #expect(call.arguments.contains("O_CLOEXEC"))
            }
        }
    }

    private var opened: Set<String> { Set([lists.path] + names.map { lists.path($0) }) }

    private func interface(_ files: String...) -> Set<String> {
        Set([emulator.directory] + files.map { emulator.path($0) })
    }

    /// What shows the lists that are loaded now.
    private func loaded(in emulator: MountedEmulator? = nil) throws -> Set<String> {
        let emulator = emulator ?? self.emulator
        return Set(
            [emulator.path("digest_lists_loaded")]
                + (try emulator.loadedNames()).map {
                    emulator.path("digest_lists_loaded/" + String(decoding: $0, as: UTF8.self))
                })
    }

    @Test("add opens the directory, the lists, and the interface's files")
    func add() throws {
        let (outcome, calls) = try trace(command("add"))
        #expect(outcome.status == 0)
        try check(
            calls,
            opens: opened.union(
                interface("digest_list_label", "digest_list_add", "digest_query")
            ).union(loaded()))
        for call in calls {
            guard let path = call.openedPath else { continue }
            let isWritten = path.hasPrefix(emulator.path("digest_list_"))
            // A question is written, and the answer read.
            if path != emulator.path("digest_query") {
                #expect(call.arguments.contains(isWritten ? "O_WRONLY" : "O_RDONLY"))
            }
            if names.map({ lists.path($0) }).contains(path) {
                #expect(call.arguments.contains("RESOLVE_NO_SYMLINKS"))
                #expect(call.arguments.contains("RESOLVE_NO_XDEV"))
            }
        }
    }

    @Test("Each list is closed before the next one is opened, and before its upload")
    func oneListAtATime() throws {
        let (_, calls) = try trace(command("add"))
        var open: String?
        for call in calls {
            if let path = call.openedPath, names.contains(where: path.hasSuffix) {
                #expect(open == nil)
                open = path
            } else if call.name == "close", let path = open, call.arguments.contains(path) {
                open = nil
            } else if call.name == "write" {
                #expect(open == nil)
            }
        }
        #expect(open == nil)
    }

    @Test("del opens no list")
    func delete() throws {
        _ = try emulator.run("add", lists.path)
        let loaded = try emulator.loadedNames()
            .map { "digest_lists_loaded/" + String(decoding: $0, as: UTF8.self) }
        let (outcome, calls) = try trace(command("del"))
        #expect(outcome.status == 0)
        var opened = interface(
            "digest_list_label", "digest_list_del", "digest_lists_loaded", "digests_count")
        opened.formUnion(loaded.map { emulator.path($0) })
        try check(calls, opens: opened.union([lists.path]))
    }

    @Test("What is not a regular file is not opened")
    func otherFiles() throws {
        mkfifo(lists.path(listName("fifo")), 0o600)
        symlink("/etc/hostname", lists.path(listName("link")))
        try lists.makeDirectory(listName("directory"))
        let (outcome, calls) = try trace(command("add"))
        #expect(outcome.status == 1)
        try check(
            calls,
            opens: opened.union(
                interface("digest_list_label", "digest_list_add", "digest_query")
            ).union(loaded()))
    }

    @Test(
        "With closed descriptors, `/` takes their places; nothing in /dev is opened for reading",
        .needsRoot, .needsDevices,
        arguments: [[], [.kernelLog], [.console]] as [[MessageDevice]])
    func closedDescriptors(devices: [MessageDevice]) throws {
        let root = try BootRoot()
        for device in devices { try root.directory.makeDevice(device) }
        let (outcome, calls) = try trace(root.command(["add", BootRoot.lists]))
        #expect(outcome.status == 0)
        let emulator = root.emulator
        var opened = Set(root.names.map { root.directory.path("\(BootRoot.lists)/\($0)") })
        opened.formUnion([
            root.directory.path, root.directory.path(BootRoot.lists), emulator.directory,
            emulator.path("digest_list_label"), emulator.path("digest_list_add"),
            emulator.path("digest_query"),
        ])
        let tried = calls.filter { $0.openedPath?.contains("/dev/") == true }
        for call in tried {
            #expect(call.arguments.contains("O_WRONLY"))
            #expect(call.arguments.contains("RESOLVE_NO_SYMLINKS"))
        }
        #expect(
            tried.filter { !$0.isFailure }.compactMap(\.openedPath)
                == devices.map { root.directory.path($0.path) })
        opened.formUnion(tried.compactMap(\.openedPath))
        try check(calls, opens: opened.union(loaded(in: emulator)))
        let substitutes = calls.filter { $0.openedPath == root.directory.path }
        #expect(substitutes.count == 3)
        #expect(substitutes.allSatisfy { $0.arguments.contains("O_PATH") })
        // A line is one record of the kernel's log, and so one write.
        let lines = calls.filter { $0.name == "write" && $0.arguments.contains("/dev/") }
        #expect(lines.count == devices.count)
    }
}
