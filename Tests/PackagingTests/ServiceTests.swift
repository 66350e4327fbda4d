import BlackBox
import Foundation
import Testing

/// What systemd says of the installed service, without running it.
@Suite(.needsInstalled("systemd-analyze", "systemctl"), .needsBuiltTree)
struct ServiceTests {
    private static let unit = "diglim-parser.service"
    private let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
        try WorkTree.install(in: root.path)
        // The targets that it is ordered by, and the program that reloads it.
        try output(
            of: "cp", "--archive", "--no-clobber", "/lib/systemd/system/.",
            try root.makeDirectory("usr/lib/systemd/system"))
        try output(of: "cp", "/bin/kill", "/bin/sh", try root.makeDirectory("bin"))
    }

    /// Asks systemd-analyze.
    private func analyze(_ arguments: String...) throws -> Outcome {
        try runProgram("systemd-analyze", arguments + ["--root=\(root.path)"])
    }

    private func verify(_ unit: String) throws -> Outcome {
        // Manual pages are looked for on this machine, not below the root.
        try analyze("verify", "--man=no", unit)
    }

    @Test("The unit has no mistakes, and all that it names is there")
    func verified() throws {
        let outcome = try verify(Self.unit)
        #expect(outcome.status == 0)
        #expect(outcome.output + outcome.errors == "")
        try root.remove("usr/libexec/diglim/watch_digest_lists")
        #expect(try verify(Self.unit).status != 0)
    }

    @Test("The manual page that the unit names is installed")
    func manual() throws {
        let unit = String(
            decoding: try root.bytes(of: "usr/lib/systemd/system/\(Self.unit)"), as: UTF8.self)
        let page = try #require(unit.firstMatch(of: /Documentation=man:(\w+)\((\d)\)/))
        #expect(try root.names(in: "usr/share/man/man\(page.2)").contains("\(page.1).\(page.2)"))
    }

    @Test("The preset turns it on, before sysinit.target and without a loop")
    func preset() throws {
        #expect(try isEnabled() != "enabled\n")
        try output(of: "systemctl", "--root=\(root.path)", "preset", Self.unit)
        #expect(try isEnabled() == "enabled\n")
        #expect(
            try root.names(in: "etc/systemd/system/sysinit.target.wants").contains(Self.unit))
        #expect(try loops() == [])
        // Were there one, it would be told.
        try root.makeDirectory("etc/systemd/system/\(Self.unit).d")
        try root.write(
            "[Unit]\nAfter=sysinit.target\n", to: "etc/systemd/system/\(Self.unit).d/loop.conf")
        #expect(try loops() != [])
    }

    private func isEnabled() throws -> String {
        try runProgram("systemctl", ["--root=\(root.path)", "is-enabled", Self.unit]).output
    }

    /// What systemd says of loops among all that is started up to `sysinit.target`.
    private func loops() throws -> [Substring] {
        try verify("sysinit.target").errorLines.filter { $0.contains("ordering cycle") }
    }

    @Test("Its exposure is at most 1.0 of 10")
    func exposure() throws {
        let outcome = try analyze("security", "--offline=true", "--threshold=10", Self.unit)
        #expect(outcome.status == 0)
        let total = try #require(
            outcome.output.firstMatch(of: /Overall exposure level for \S+: (\d+\.\d)/))
        #expect(try #require(Double(total.1)) <= 1)
    }

    @Test("It does not start while /tmp is emptied, where systemd builds a /dev for it")
    func temporaryFiles() throws {
        let unit = try output(
            of: "sed", "/^#/d", root.path("usr/lib/systemd/system/\(Self.unit)"))
        #expect(unit.contains("\nPrivateDevices=yes\n"))
        #expect(unit.contains("\nAfter=systemd-tmpfiles-setup.service\n"))
    }

    @Test("openat2() is allowed, with which the parser opens all its files")
    func openat2() throws {
        // This forbids openat2() altogether, as its flags are out of a filter's reach.
        let unit = try output(
            of: "sed", "/^#/d", root.path("usr/lib/systemd/system/\(Self.unit)"))
        #expect(!unit.contains("RestrictSUIDSGID"))
        let calls = try output(of: "systemd-analyze", "syscall-filter", "@system-service")
        let sets = try output(of: "systemd-analyze", "syscall-filter", "@file-system")
        #expect(calls.contains("@file-system"))
        #expect(sets.contains("openat2"))
        #expect(unit.contains("\nSystemCallFilter=@system-service\n"))
    }
}
