import BlackBox
import Foundation
import Testing

/// Errors of the kernel, at some uploads among many.
@Suite(.needs(.parser, .emulator))
struct FaultTests {
    private let lists: ManyLists

    /// A number that 7 does not divide, so that another run's failures are others.
    init() throws { lists = try ManyLists(40) }

    /// The names of the lists whose turn it is to fail, of those that go up from a time on.
    private func failing(_ names: [String]? = nil, from start: Int) -> [String] {
        (names ?? lists.names).enumerated().filter { (start + $0.offset + 1) % 7 == 0 }
            .map(\.element)
    }

    private static let errors: [(String, String)] = [
        ("EINVAL", "Invalid argument"), ("EPERM", "Operation not permitted"),
        ("ENOMEM", "Cannot allocate memory"), ("EBUSY", "Device or resource busy"),
        ("EFBIG", "File too large"), ("EACCES", "Permission denied"),
        ("EIO", "Input/output error"), ("ENOSPC", "No space left on device"),
        ("EAGAIN", "Resource temporarily unavailable"), ("EFAULT", "Bad address"),
        ("ETXTBSY", "Text file busy"),
    ]

    private func failures(_ names: [String], _ reason: String) -> [ParserRun.Failure] {
        names.map { .init(file: lists.directory.path($0), reason: reason) }
    }

    @Test("A limit on the size of files is an error of each write, and not the end")
    func fileSizeLimit() throws {
        let emulator = try MountedEmulator()
        // The messages go through a pipe, which has no such limit.
        let script = "{ (ulimit -f 0; \"$@\"; echo status $?) 2>&1 | cat; }"
        let outcome = try runProgram(
            "sh",
            ["-c", script, "sh", Program.parser.path]
                + ["--interface", emulator.directory, "add", lists.path])
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.last == "status 1")
        #expect(lines.count == 40 + 2)
        #expect(lines.prefix(40).allSatisfy { $0.hasSuffix("File too large (EFBIG)") })
    }

    @Test(
        "Each error of an upload is told, and the rest goes on",
        arguments: errors + [("ENOENT", "No such file or directory")])
    func add(error: (name: String, words: String)) throws {
        let emulator = try MountedEmulator("--fail-every", "7:\(error.name)")
        let run = try emulator.run("add", lists.path)
        let reason = "the kernel does not take the list: \(error.words) (\(error.name))"
        #expect(run.status == 1)
        #expect(run.failures == failures(failing(from: 0), reason))
        #expect(run.summary?.added == 35)
        #expect(run.summary?.failed == 5)
        // What is loaded does not go up again.
        let again = try emulator.run("add", lists.path)
        let missing = failing(failing(from: 0), from: 40)
        #expect(missing.count == 1)
        #expect(again.failures == failures(missing, reason))
        #expect(Set(try emulator.loadedLabels()) == Set(lists.names).subtracting(missing))
    }

    @Test("Each error of a deletion is told, and the rest goes on", arguments: errors)
    func delete(error: (name: String, words: String)) throws {
        let emulator = try MountedEmulator("--fail-every", "7:\(error.name)")
        // The 7th and four others, one of these, and the rest: 46 uploads.
        for _ in 0..<3 { _ = try emulator.run("add", lists.path) }
        let run = try emulator.run("del", lists.path)
        let reason = "the kernel does not delete the list: \(error.words) (\(error.name))"
        #expect(run.status == 1)
        #expect(run.failures == failures(failing(from: 46), reason))
        #expect(run.summary?.deleted == 40 - run.failures.count)
        #expect(run.summary?.failed == run.failures.count)
        #expect(
            Set(try emulator.loadedLabels()) == Set(failing(from: 46)))
        // One of those that are left is the 91st upload.
        for _ in 0..<2 { _ = try emulator.run("del", lists.path) }
        #expect(try emulator.loadedNames() == [])
    }

    @Test("EEXIST for a list that is not there is a failure")
    func exists() throws {
        let emulator = try MountedEmulator("--fail-every", "7:EEXIST")
        let run = try emulator.run("add", lists.path)
        let reason = "the kernel does not take the list: File exists (EEXIST)"
        #expect(run.status == 1)
        #expect(run.failures == failures(failing(from: 0), reason))
        #expect(run.summary?.added == 35)
        #expect(run.summary?.alreadyLoaded == 0)
    }

    @Test("ENOENT says that somebody else deleted a list first")
    func notFound() throws {
        let emulator = try MountedEmulator("--fail-every", "43:ENOENT")
        _ = try emulator.run("add", lists.path)
        let run = try emulator.run("del", lists.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary(deleted: 39, notLoaded: 1))
    }

    @Test("A call that a signal interrupts is repeated")
    func interrupted() throws {
        let emulator = try MountedEmulator("--fail-every", "3:EINTR")
        let run = try emulator.run("add", lists.path)
        #expect(run.status == 0)
        #expect(run.summary?.added == 40)
    }

    @Test("Actions that are missing at deletion")
    func missingActions() throws {
        let emulator = try MountedEmulator("--actions", "3", "--deletion-actions", "1")
        _ = try emulator.run("add", lists.path)
        let run = try emulator.run("del", lists.path)
        #expect(run.status == 1)
        #expect(
            run.failures
                == failures(
                    lists.names,
                    "the kernel does not delete the list: Operation not permitted (EPERM)"))
        #expect(try emulator.loadedLists().count == 40)
    }

    @Test("An interface without its files")
    func missingFiles() throws {
        let interface = try TemporaryDirectory()
        try interface.write("", to: "digest_list_label")
        let addition = try ParserRun("add", [lists.path], at: interface.path)
        #expect(addition.status == 1)
        #expect(
            addition.failures
                == failures(
                    lists.names,
                    "cannot open the interface's file: No such file or directory (ENOENT)"))
        let deletion = try Command(
            Program.parser.path, ["--interface", interface.path, "del", lists.path]
        ).run()
        #expect(deletion.status == 3)
        #expect(
            deletion.errors == """
                rpm_parser: no DIGLIM interface at \(interface.path): cannot list what is \
                loaded: No such file or directory (ENOENT)

                """)
    }
}
