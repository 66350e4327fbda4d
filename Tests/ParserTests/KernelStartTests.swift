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

    @Test("Messages go to the kernel's log, with priorities")
    func kernelLog() throws {
        try root.makeDevice("kmsg")
        try root.makeDevice("console")
        #expect(try root.run("add", BootRoot.lists).status == 1)
        try checkLoaded()
        #expect(try root.messages(to: "kmsg") == "<3>\(failure)<6>\(summary)")
        #expect(try root.messages(to: "console") == "")
    }

    @Test("Without the kernel's log they go to the console")
    func console() throws {
        try root.makeDevice("console")
        #expect(try root.run("add", BootRoot.lists).status == 1)
        try checkLoaded()
        #expect(try root.messages(to: "console") == failure + summary)
    }

    @Test("So they do where the kernel's log cannot be written")
    func unwritableKernelLog() throws {
        try root.makeDevice("console")
        try root.directory.makeDirectory("/dev/kmsg")
        #expect(try root.run("add", BootRoot.lists).status == 1)
        #expect(try root.messages(to: "console") == failure + summary)
    }

    @Test(
        "Whichever descriptors are closed, messages go where they belong",
        arguments: [[], [0], [1], [0, 1], [2], [0, 2], [1, 2], [0, 1, 2]] as [Set<Int32>])
    func descriptors(closed: Set<Int32>) throws {
        try root.makeDevice("kmsg")
        let outcome = try root.run("add", BootRoot.lists, closed: closed)
        #expect(outcome.status == 1)
        try checkLoaded()
        #expect(outcome.output == "")
        #expect(outcome.errors == (closed.contains(2) ? "" : failure + summary))
        #expect(
            try root.messages(to: "kmsg")
                == (closed.contains(2) ? "<3>\(failure)<6>\(summary)" : ""))
    }

    @Test("What --help and --version print goes nowhere else", arguments: ["--help", "--version"])
    func standardOutput(option: String) throws {
        try root.makeDevice("kmsg")
        for closed in [[1], [0, 1, 2]] as [Set<Int32>] {
            let outcome = try root.run(option, closed: closed)
            #expect(outcome.status == 0)
            #expect(outcome.errors == "")
        }
        #expect(try root.messages(to: "kmsg") == "")
    }

    @Test("Wrong usage is told")
    func wrongUsage() throws {
        try root.makeDevice("kmsg")
        #expect(try root.run("add").status == 2)
        #expect(
            try root.messages(to: "kmsg") == """
                <3>rpm_parser: no directory and no digest list is given \
                (see rpm_parser --help)

                """)
    }

    @Test("An interface on another file system than securityfs is none, unless it is named")
    func otherFileSystem() throws {
        for operation in ["add", "del"] {
            try root.makeDevice("kmsg")
            #expect(try root.run(operation, BootRoot.lists, namesInterface: false).status == 3)
            #expect(
                try root.messages(to: "kmsg") == """
                    <3>rpm_parser: no DIGLIM interface at \
                    /sys/kernel/security/integrity/diglim: \
                    the interface's directory is not on securityfs

                    """)
        }
        #expect(try root.emulator.operations() == [])
    }
}
