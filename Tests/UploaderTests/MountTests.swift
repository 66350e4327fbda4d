import BlackBox
import Foundation
import Testing

/// What the program mounts for the parsers, and takes away again.
@Suite(.needs(.uploader), .needsRoot, .needsMounts)
struct MountTests {
    private let root: UploadRoot
    /// What a parser sees of the three file systems.
    private static let seen = [
        "/proc 9fa0 nosuid nodev noexec relatime",
        "/sys 62656572 nosuid nodev noexec relatime",
        "/sys/kernel/security 73636673 nosuid nodev noexec relatime",
    ]

    init() throws {
        root = try UploadRoot()
        try root.addLists("0-file_list-rpm-a")
        try root.addParser("rpm")
    }

    private func seenByParser() throws -> [String] {
        try root.record(of: "rpm").filter { $0.hasPrefix("/") }
    }

    @Test("All three are mounted while a parser runs, and gone afterwards")
    func all() throws {
        let run = try root.run()
        #expect(run.status == 0)
        #expect(run.errors == [])
        #expect(try seenByParser() == Self.seen)
        #expect(run.mounts == [])
    }

    @Test("So they are after a parser that fails", arguments: ["exit 1", "kill 9", "kill 11"])
    func failure(behaviour: String) throws {
        try root.addParser("other", behaviour)
        try root.addLists("0-file_list-other-a")
        let run = try root.run()
        #expect(run.status == 1)
        #expect(try seenByParser() == Self.seen)
        #expect(run.mounts == [])
    }

    @Test("What is mounted already is left alone, before and afterwards")
    func mountedAlready() throws {
        let run = try root.run(setup: "mount -t proc -o noatime proc $root/proc")
        #expect(run.status == 0)
        #expect(run.errors == [])
        #expect(try seenByParser() == ["/proc 9fa0"] + Self.seen.dropFirst())
        #expect(run.mounts == ["/proc rw,noatime proc"])
    }

    @Test("Nothing is mounted where all is there")
    func allMountedAlready() throws {
        let run = try root.run(
            setup: """
                mount -t proc proc $root/proc
                mount -t sysfs sysfs $root/sys
                mount -t securityfs securityfs $root/sys/kernel/security
                """)
        #expect(run.status == 0)
        #expect(try seenByParser().count == 3)
        #expect(
            run.mounts == [
                "/proc rw,relatime proc", "/sys rw,relatime sysfs",
                "/sys/kernel/security rw,relatime securityfs",
            ])
    }

    @Test("Another file system in the place is none of the kernel's")
    func otherFileSystem() throws {
        let run = try root.run(setup: "mount -t tmpfs tmpfs $root/proc")
        #expect(run.status == 0)
        #expect(try seenByParser() == Self.seen)
        #expect(run.mounts.count == 1)
        #expect(run.mounts.allSatisfy { $0.hasPrefix("/proc ") && $0.hasSuffix(" tmpfs") })
    }

    @Test("What cannot be mounted is told, and the rest goes on")
    func missingMountPoint() throws {
        try root.directory.remove("/proc")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(
            run.errors == [
                "upload_digest_lists: cannot mount /proc: No such file or directory (ENOENT)"
            ])
        #expect(try seenByParser() == Array(Self.seen.dropFirst()))
        #expect(run.mounts == [])
    }

    @Test("Without a mount point for sysfs there is none for securityfs")
    func missingSysfs() throws {
        try root.directory.remove("/sys")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(
            run.errors
                == ["/sys", "/sys/kernel/security"].map {
                    "upload_digest_lists: cannot mount \($0): No such file or directory (ENOENT)"
                })
        #expect(try seenByParser() == Array(Self.seen.prefix(1)))
        #expect(run.mounts == [])
    }

    @Test("What somebody still uses stays mounted, which is told; the rest is unmounted")
    func busy() throws {
        defer { _ = try? root.directory.write("", to: "/record/release") }
        try root.addParser("rpm", "hold /proc")
        let run = try root.run()
        #expect(run.status == 1)
        #expect(
            run.errors == [
                "upload_digest_lists: cannot unmount /proc: Device or resource busy (EBUSY)"
            ])
        #expect(run.mounts == ["/proc rw,nosuid,nodev,noexec,relatime proc"])
    }

    @Test("Nothing is mounted where there is nothing to do")
    func nothingToDo() throws {
        try root.directory.remove("\(UploadRoot.lists)/0-file_list-rpm-a")
        try root.directory.remove("/proc")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(run.errors == [])
        #expect(try root.runs() == [])
    }

    @Test(
        "A signal ends the parser at work and keeps the others from running",
        arguments: [SIGTERM, SIGINT, SIGHUP])
    func signals(signal: Int32) throws {
        try root.addParser("rpm", "wait")
        try root.addParser("zzz")
        try root.addLists("0-file_list-zzz-a")
        let shell = try root.command(["add", UploadRoot.lists], closed: [0, 1]).start()
        try wait { try root.runs() == ["rpm_parser"] }
        let path = "/proc/\(shell.identifier)/task/\(shell.identifier)/children"
        let program = try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
        kill(try #require(program.first.flatMap { pid_t($0) }), signal)
        let run = try root.result(of: shell.outcome())
        #expect(run.status == 1)
        #expect(
            run.errors == [
                "upload_digest_lists: \(UploadRoot.programs)/rpm_parser was ended by signal 15",
                "upload_digest_lists: interrupted, not all parsers have done their work",
            ])
        #expect(try root.runs() == ["rpm_parser"])
        #expect(try seenByParser() == Self.seen)
        #expect(run.mounts == [])
    }
}
