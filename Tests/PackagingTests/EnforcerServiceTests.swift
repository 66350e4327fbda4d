import BlackBox
import Foundation
import Testing

/// What systemd says of the enforcer's services, without running them.
@Suite(
    .needsInstalled("systemd-analyze", "systemctl"), .needsBuiltTree,
    .enabled(if: isBuilt, "DIGLIM_BIN names no folder with diglim-enforcer"))
struct EnforcerServiceTests {
    private static let units = ["diglim-enforcer.service", "diglim-enforce.service"]
    private static let parser = "diglim-parser.service"
    private let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
        try WorkTree.install(in: root.path)
        try output(
            of: "cp", "--archive", "--no-clobber", "/lib/systemd/system/.",
            try root.makeDirectory("usr/lib/systemd/system"))
        try output(
            of: "cp", "/bin/kill", "/bin/sh", "/bin/mkdir", "/bin/umount",
            try root.makeDirectory("bin"))
        let path = try root.makeDirectory("etc/systemd/system/\(Self.parser).d")
        try output(of: "cp", "\(Examples.path)/systemd/enforcer.conf", path)
    }

    private func verify(_ unit: String) throws -> Outcome {
        try runProgram("systemd-analyze", ["verify", "--man=no", "--root=\(root.path)", unit])
    }

    private func systemctl(_ arguments: String...) throws -> String {
        try runProgram("systemctl", ["--root=\(root.path)"] + arguments).output
    }

    /// What a unit says, without comments.
    private func text(_ unit: String) throws -> String {
        try output(of: "sed", "/^#/d", root.path("usr/lib/systemd/system/\(unit)"))
    }

    @Test("They have no mistakes, and neither has the parser's with the drop-in")
    func verified() throws {
        for unit in Self.units + [Self.parser] {
            let outcome = try verify(unit)
            #expect(outcome.status == 0)
            #expect(outcome.output + outcome.errors == "")
        }
        try root.remove("usr/sbin/diglim-enforcer")
        for unit in Self.units { #expect(try verify(unit).status != 0) }
    }

    @Test("Their manual page is installed")
    func manual() throws {
        for unit in Self.units {
            #expect(try text(unit).contains("\nDocumentation=man:diglim-enforcer(8)\n"))
        }
        #expect(try root.names(in: "usr/share/man/man8").contains("diglim-enforcer.8"))
    }

    @Test("The preset leaves them off; turned on, they make no loop")
    func preset() throws {
        for unit in Self.units {
            _ = try systemctl("preset", unit)
            #expect(try systemctl("is-enabled", unit) == "disabled\n")
            try output(of: "systemctl", "--root=\(root.path)", "enable", unit)
        }
        try output(of: "systemctl", "--root=\(root.path)", "enable", Self.parser)
        let wants = try root.names(in: "etc/systemd/system/sysinit.target.wants")
        #expect(Set(Self.units + [Self.parser]).isSubset(of: wants))
        #expect(try verify("sysinit.target").errorLines.filter { $0.contains("cycle") } == [])
    }

    @Test("Nothing keeps what the enforcer mounts from the rest of the machine")
    func mounts() throws {
        // Each of these, as systemd.exec(5) says, gives a service mounts of its own.
        let others = [
            "BindPaths", "BindReadOnlyPaths", "ExecPaths", "InaccessiblePaths", "MountFlags",
            "NoExecPaths", "PrivateDevices", "PrivateMounts", "PrivateTmp", "ProcSubset",
            "ProtectControlGroups", "ProtectHome", "ProtectKernelLogs", "ProtectKernelModules",
            "ProtectKernelTunables", "ProtectProc", "ProtectSystem", "ReadOnlyPaths",
            "ReadWritePaths", "RootDirectory", "RootImage", "TemporaryFileSystem",
        ]
        let unit = try text(Self.units[0])
        for name in others { #expect(!unit.contains("\n\(name)="), "\(name)") }
        // Without this it would not mount at all, or could do nothing else.
        #expect(unit.contains("\nDeviceAllow=/dev/fuse rw\n"))
        for name in ["CAP_BPF", "CAP_PERFMON", "CAP_SYS_ADMIN"] { #expect(unit.contains(name)) }
        let calls = try #require(unit.firstMatch(of: /\nSystemCallFilter=(.*)\n/)).1
        #expect(calls.split(separator: " ").contains("bpf"))
        let sets = try output(of: "systemd-analyze", "syscall-filter", "@mount")
        #expect(calls.split(separator: " ").contains("@mount"))
        for call in ["mount", "umount2"] { #expect(sets.contains(call)) }
    }

    @Test("Their exposure is at most 4 of 10")
    func exposure() throws {
        for unit in Self.units {
            let outcome = try runProgram(
                "systemd-analyze",
                ["security", "--offline=true", "--threshold=100", "--root=\(root.path)", unit])
            let total = try #require(
                outcome.output.firstMatch(of: /Overall exposure level for \S+: (\d+\.\d)/))
            #expect(try #require(Double(total.1)) <= 4)
        }
    }
}

private let isBuilt = access("\(Program.folder ?? "")/diglim-enforcer", X_OK) == 0
