import BlackBox
import Foundation
import Testing

/// The program, started as the kernel starts it.
@Suite(.needs(.parser, .emulator), .needsRoot)
struct KernelStartTests {
    private let root: BootRoot
    private let summary = """
        rpm_parser: 3 added (3 mutable and 0 immutable digests), 0 already loaded, 0 empty, \
        1 failed

        """
    private let failure =
        "rpm_parser: /etc/digest_lists/0-file_list-rpm-broken-1-1.noarch: empty file\n"

    init() throws {
        root = try BootRoot()
        try root.directory.write("", to: "\(BootRoot.lists)/\(listName("broken"))")
    }

    private func checkLoaded() throws {
        #expect(try root.emulator.loadedLabels() == root.names)
        try checkOnlyLabelsAndLists(of: root.emulator)
    }

    @Test("Without a place for messages there are none, and all else is done")
    func nowhere() throws {
        let outcome = try root.run("add", BootRoot.lists)
        #expect(outcome.status == 1)
        try checkLoaded()
        #expect(try root.directory.names() == ["etc", "sys", "usr"])
        #expect(try root.run("del", BootRoot.lists).status == 0)
        #expect(try root.emulator.loadedNames() == [])
    }

    @Test("All is well: exit status 0")
    func success() throws {
        try root.directory.remove("\(BootRoot.lists)/\(listName("broken"))")
        #expect(try root.run("add", BootRoot.lists).status == 0)
        try checkLoaded()
    }

    @Test("Messages go to the kernel's log, with priorities", .needsDevices)
    func kernelLog() throws {
        try root.directory.makeDevice(.kernelLog)
        try root.directory.makeDevice(.console)
        let run = try root.runTraced("add", BootRoot.lists)
        #expect(run.outcome.status == 1)
        try checkLoaded()
        #expect(run.kernelLog == ["<3>\(failure)", "<6>\(summary)"])
        #expect(run.console == [])
    }

    @Test("Without the kernel's log they go to the console", .needsDevices)
    func console() throws {
        try root.directory.makeDevice(.console)
        let run = try root.runTraced("add", BootRoot.lists)
        #expect(run.outcome.status == 1)
        try checkLoaded()
        #expect(run.console == [failure, summary])
    }

    /// What somebody may have put in the place of a device.
    enum Substitute: CaseIterable {
        case directory, file, link, linkToDevice, fifo, otherDevice
    }

    private static let null: dev_t = 1 << 8 | 3

    @Test(
        "So they do where something else is in its place, to which nothing is written",
        .needsDevices, arguments: Substitute.allCases)
    func substitute(_ substitute: Substitute) throws {
        try root.directory.makeDevice(.console)
        let path = root.directory.path("/dev/kmsg")
        switch substitute {
        case .directory: try root.directory.makeDirectory("/dev/kmsg")
        case .file: try root.directory.write("", to: "/dev/kmsg")
        case .link:
            try root.directory.write("", to: "/target")
            symlink("/target", path)
        case .linkToDevice:
            try root.directory.makeDevice(.kernelLog)
            rename(path, root.directory.path("/dev/log"))
            symlink("/dev/log", path)
        case .fifo: mkfifo(path, 0o600)
        case .otherDevice: mknod(path, S_IFCHR | 0o600, Self.null)
        }
        let run = try root.runTraced("add", BootRoot.lists)
        #expect(run.outcome.status == 1)
        try checkLoaded()
        #expect(run.kernelLog == [])
        #expect(run.console == [failure, summary])
        if substitute == .link { #expect(try root.directory.bytes(of: "/target") == []) }
    }

    @Test(
        "Whichever descriptors are closed, messages go where they belong", .needsDevices,
        arguments: [[], [0], [1], [0, 1], [2], [0, 2], [1, 2], [0, 1, 2]] as [Set<Int32>])
    func descriptors(closed: Set<Int32>) throws {
        try root.directory.makeDevice(.kernelLog)
        let run = try root.runTraced("add", BootRoot.lists, closed: closed)
        #expect(run.outcome.status == 1)
        try checkLoaded()
        #expect(run.outcome.output == "")
        #expect(run.outcome.errors == (closed.contains(2) ? "" : failure + summary))
        #expect(run.kernelLog == (closed.contains(2) ? ["<3>\(failure)", "<6>\(summary)"] : []))
    }

    @Test(
        "What --help and --version print goes nowhere else", .needsDevices,
        arguments: ["--help", "--version"])
    func standardOutput(option: String) throws {
        try root.directory.makeDevice(.kernelLog)
        for closed in [[1], [0, 1, 2]] as [Set<Int32>] {
            let run = try root.runTraced(option, closed: closed)
            #expect(run.outcome.status == 0)
            #expect(run.outcome.errors == "")
            #expect(run.kernelLog == [])
        }
    }

    @Test("Wrong usage is told", .needsDevices)
    func wrongUsage() throws {
        try root.directory.makeDevice(.kernelLog)
        let run = try root.runTraced("add")
        #expect(run.outcome.status == 2)
        #expect(
            run.kernelLog == [
                """
                <3>rpm_parser: no directory and no digest list is given \
                (see rpm_parser --help)

                """
            ])
    }

    @Test(
        "An interface on another file system than securityfs is none, unless it is named",
        arguments: ["add", "del"])
    func otherFileSystem(operation: String) throws {
        let outcome = try root.run(
            operation, BootRoot.lists, closed: [0, 1], namesInterface: false)
        #expect(outcome.status == 3)
        #expect(
            outcome.errors == """
                rpm_parser: no DIGLIM interface at \
                /sys/kernel/security/integrity/diglim: \
                the interface's directory is not on securityfs

                """)
        #expect(try root.emulator.operations() == [])
    }
}
