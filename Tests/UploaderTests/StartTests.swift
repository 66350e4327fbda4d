import BlackBox
import Foundation
import Testing

/// How the program is started, and where it says what.
@Suite(.needs(.uploader), .needsRoot, .needsMounts)
struct StartTests {
    private let root: UploadRoot
    private let warning = """
        upload_digest_lists: \(UploadRoot.programs)/deb_parser is not there, \
        so digest lists of its format are passed over
        """
    private let failure =
        "upload_digest_lists: \(UploadRoot.programs)/rpm_parser ended with status 1"

    init() throws {
        root = try UploadRoot()
        try root.addLists("0-file_list-rpm-a", "0-file_list-deb-a")
        try root.addParser("rpm", "exit 1")
    }

    @Test("Without a place for messages there are none, and all else is done")
    func nowhere() throws {
        #expect(try root.command(["add", UploadRoot.lists]).run().status == 1)
        #expect(try root.runs() == ["rpm_parser"])
        #expect(try root.directory.names(in: "/dev") == [])
    }

    /// Runs the program as the kernel does, and sees what it does itself.
    private func runTraced(
        closed: Set<Int32> = [0, 1, 2]
    ) throws -> (outcome: Outcome, calls: [SystemCall]) {
        var command = Command(
            "unshare",
            [
                "--mount", "/usr/sbin/chroot", root.directory.path,
                "\(UploadRoot.programs)/upload_digest_lists", "add", UploadRoot.lists,
            ])
        command.environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        command.workingDirectory = "/"
        command.closed = closed
        return try trace(command)
    }

    private func lines(_ calls: [SystemCall], to device: MessageDevice) -> [String] {
        calls.writes(to: root.directory.path(device.path))
    }

    @Test(
        "Messages go to the kernel's log, with priorities, or else to the console", .needsDevices)
    func devices() throws {
        try root.directory.makeDevice(.console)
        var (outcome, calls) = try runTraced()
        #expect(outcome.status == 1)
        #expect(lines(calls, to: .console) == ["\(warning)\n", "\(failure)\n"])
        try root.directory.makeDevice(.kernelLog)
        (outcome, calls) = try runTraced()
        #expect(outcome.status == 1)
        #expect(lines(calls, to: .kernelLog) == ["<4>\(warning)\n", "<3>\(failure)\n"])
        #expect(lines(calls, to: .console) == [])
    }

    @Test("Files in the place of the two get nothing")
    func files() throws {
        for name in ["kmsg", "console"] { try root.directory.write("", to: "/dev/\(name)") }
        #expect(try root.command(["add", UploadRoot.lists]).run().status == 1)
        #expect(try root.runs() == ["rpm_parser"])
        for name in ["kmsg", "console"] { #expect(try root.lines("/dev/\(name)") == []) }
    }

    @Test(
        "Whichever descriptors are closed, messages go where they belong", .needsDevices,
        arguments: [[], [0], [1], [0, 1], [2], [0, 2], [1, 2], [0, 1, 2]] as [Set<Int32>])
    func descriptors(closed: Set<Int32>) throws {
        try root.directory.makeDevice(.kernelLog)
        let (outcome, calls) = try runTraced(closed: closed)
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(
            outcome.errorLines.map(String.init)
                == (closed.contains(2) ? [] : [warning, failure]))
        #expect(
            lines(calls, to: .kernelLog)
                == (closed.contains(2) ? ["<4>\(warning)\n", "<3>\(failure)\n"] : []))
        let open = Set<Int32>([0, 1, 2]).subtracting(closed).sorted()
        #expect(
            try root.record(of: "rpm").filter { $0.hasPrefix("descriptor") }
                == open.map { "descriptor \($0)" })
    }

    @Test("A directory that cannot be read is a failure")
    func unreadableDirectory() throws {
        for (path, reason) in [
            ("/nowhere", "No such file or directory (ENOENT)"),
            ("\(UploadRoot.lists)/0-file_list-rpm-a", "Not a directory (ENOTDIR)"),
        ] {
            let run = try root.run(["add", path])
            #expect(run.status == 1)
            #expect(run.errors == ["upload_digest_lists: cannot begin with \(path): \(reason)"])
            #expect(run.mounts == [])
        }
        #expect(try root.runs() == [])
    }

    @Test(
        "Wrong usage",
        arguments: [
            ([], "no operation is given"), (["add"], "no directory is given"),
            (["sync", "/"], "not an operation: sync"), (["a\u{7}"], "not an operation: a\\x07"),
            (["add", "/", "/"], "more than one directory"), (["-x"], "unknown option: -x"),
            (["add", "/", "--interface", "/"], "--interface and --wait are not for add and del"),
            (["del", "/", "--wait=1"], "--interface and --wait are not for add and del"),
            (["--interface", "/"], "no operation is given"),
            (["add-compact", "/", "--interface"], "no value given to --interface"),
            (["add-compact", "--wait", "1s", "/"], "not a number of seconds: 1s"),
            (["add-compact", "--wait", "-1", "/"], "not a number of seconds: -1"),
            (["add-compact"], "no directory is given"),
            (["add-compact", "/", "/"], "more than one directory"),
            (["replace-compact"], "no directory is given"),
            (["replace-compact", "/"], "not two directories"),
            (["replace-compact", "/", "/", "/"], "not two directories"),
        ] as [([String], String)])
    func usage(arguments: [String], reason: String) throws {
        let outcome = try runProgram(Program.uploader.path, arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(
            outcome.errors
                == "upload_digest_lists: \(reason) (see upload_digest_lists --help)\n")
    }

    @Test("Help and version", arguments: [("--help", "-h"), ("--version", "-V")])
    func information(option: String, short: String) throws {
        let outcome = try runProgram(Program.uploader.path, [option])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output == (try runProgram(Program.uploader.path, ["add", short]).output))
        let start = option == "--help" ? "usage: upload_digest_lists " : "upload_digest_lists 0."
        #expect(outcome.output.hasPrefix(start))
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("It opens the directory and what takes messages, and reads nothing else", .needsDevices)
    func opens() throws {
        try root.directory.makeDevice(.console)
        let (outcome, calls) = try runTraced()
        #expect(outcome.status == 1)
        let opened = calls.compactMap(\.openedPath)
        #expect(
            Set(opened.map { $0.replacing(root.directory.path, with: "") })
                == ["", "/dev/kmsg", "/dev/console", UploadRoot.lists])
        for call in calls {
            guard let path = call.openedPath else { continue }
            #expect(call.arguments.contains("O_CLOEXEC"))
            if path.contains("/dev/") { #expect(call.arguments.contains("O_WRONLY")) }
            if path == root.directory.path { #expect(call.arguments.contains("O_PATH")) }
        }
        let mounts = calls.filter { $0.name == "mount" && !$0.isFailure }
        #expect(mounts.count == 3)
        #expect(calls.count { $0.name.hasPrefix("umount") && !$0.isFailure } == 3)
    }
}
