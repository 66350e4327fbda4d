import BlackBox
import Foundation
import Testing

/// What would be refused, of systems with real packages.
@Suite(.needs(.diglimctl), .enabled(if: InstalledSystem.isPossible, "rpm or cpio is missing"))
struct CheckTests {
    private static let alpha = "alpha-1-1.noarch"
    private static let beta = "beta-1-1.noarch"

    @Test func allIsKnown() throws {
        let system = try InstalledSystem("alpha", "beta")
        let result = try system.check()
        #expect(result.files.isEmpty)
        // Neither the text nor what depmod writes, nor lists and database.
        #expect(result.checked == 7)
        #expect(result.lists == 2)
        #expect(result.digests == 9)
        #expect(!result.signatures)
        let text = try Diglimctl.run("check", "--root", system.root)
        #expect(
            text.output == """
                \(system.path("etc/digest_lists")): 2 lists, signatures not looked at; \
                0 of 7 files would be refused

                """)
        #expect(text.errors.isEmpty)
    }

    @Test("Changed files, behind links too; the text is none of IMA's business")
    func changed() throws {
        let system = try InstalledSystem("alpha", "beta")
        let names = [
            "usr/bin/alpha", "usr/lib/firmware/alpha.bin", "usr/lib/modules/1/alpha.ko.xz",
            "usr/lib64/libalpha.so", "usr/sbin/alpha", "usr/share/alpha/script",
        ]
        for name in names + ["usr/share/alpha/text"] {
            let whole = try String(contentsOfFile: system.path(name), encoding: .utf8)
            try system.write(whole + "!", to: name)
        }
        let result = try system.check()
        #expect(result.changed.map(\.file) == names.map { "/\($0)" })
        #expect(
            result.changed.map(\.kind) == [
                "program", "firmware", "module", "object", "program", "script",
            ])
        #expect(result.changed.allSatisfy { $0.package == Self.alpha })
        #expect(result.refused == 6)
        let shown = try output(
            of: "sh", "-c", "printf 'program alpha\\n' | sha256sum"
        ).prefix(64)
        #expect(result.changed.first?.expected == "sha256-\(shown)")
    }

    @Test("rpm -V finds the same", .needsRoot) func agreesWithRPM() throws {
        let system = try InstalledSystem("alpha", "beta")
        try system.write("else", to: "usr/bin/alpha", mode: 0o755)
        try system.write("else", to: "usr/bin/beta", mode: 0o755)
        let outcome = try runProgram(
            "rpm", ["--root", system.root, "--dbpath", "/var/lib/rpm", "-Va", "--nodeps"])
        let verified = outcome.output.split(separator: "\n").filter { $0.dropFirst(2).first == "5" }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        #expect(verified == ["/usr/bin/alpha", "/usr/bin/beta"])
        #expect(try system.check().changed.map(\.file) == verified)
    }

    @Test("What is in no list, by its mode and its first bytes") func unknown() throws {
        let system = try InstalledSystem("alpha")
        try system.write("x", to: "opt/program", mode: 0o711)
        try system.write("#!/bin/sh", to: "opt/script", mode: 0o644)
        try system.write("\u{7f}ELF mine", to: "opt/object", mode: 0o644)
        try system.write("\u{7f}EL", to: "opt/short", mode: 0o644)
        try system.write("", to: "opt/empty", mode: 0o755)
        try system.write("x", to: "opt/es\u{1b}cape\n", mode: 0o755)
        symlink("/usr/bin/env", system.path("opt/link"))
        mkfifo(system.path("opt/fifo"), 0o755)
        let result = try system.check()
        #expect(
            result.unknown.map(\.file).filter { !$0.contains("cape") } == [
                "/opt/empty", "/opt/object", "/opt/program", "/opt/script",
            ])
        #expect(result.refused == 5)
    }

    @Test("A package of the database has no list") func missingList() throws {
        let system = try InstalledSystem("alpha", "beta")
        unlink(system.list(of: "alpha"))
        try system.write("else", to: "usr/bin/alpha", mode: 0o755)
        let result = try system.check()
        let missing = try #require(result.missingLists.first)
        #expect(missing.name == Self.alpha)
        #expect(missing.files.count == 5)
        #expect(missing.files.allSatisfy { $0.package == Self.alpha })
        // Its list would not help.
        #expect(result.changed.map(\.file) == ["/usr/bin/alpha"])
        #expect(result.changed.map(\.package) == [Self.alpha])
    }

    @Test(
        "One list for all packages, whose own are kept beside it or nowhere",
        arguments: [true, false])
    func combined(isKept: Bool) throws {
        let system = try InstalledSystem("alpha", "beta")
        let lists = system.path("etc/digest_lists")
        let converted = try Diglimctl.run(
            "convert", "--combine", "image", "--output", lists, lists)
        #expect(converted.status == 0)
        try FileManager.default.createDirectory(
            atPath: "\(lists)/packages", withIntermediateDirectories: false)
        for package in ["alpha", "beta"] {
            let list = system.list(of: package)
            let kept = "\(lists)/packages/\(listName(package))"
            #expect(isKept ? rename(list, kept) == 0 : unlink(list) == 0)
        }
        let result = try system.check()
        #expect(result.lists == 1)
        #expect(result.files.isEmpty)
        #expect(result.missingLists.isEmpty)
        try system.write("else", to: "usr/bin/alpha", mode: 0o755)
        let changed = try system.check().changed
        #expect(changed.map(\.file) == ["/usr/bin/alpha"])
        #expect(changed.map(\.package) == [Self.alpha])
        let explained = try Diglimctl.run("explain", "--root", system.root, "/usr/bin/alpha")
        #expect(explained.status == 1)
        #expect(explained.output.contains(Self.alpha))
    }

    @Test("Lists that nobody given has signed") func signatures() throws {
        let system = try InstalledSystem("alpha", "beta")
        let (key, other) = (try X509Key(.ecP256), try X509Key(.ecP256))
        try key.sign(system.list(of: "alpha"))
        let result = try system.check("--certificate", key.certificatePath)
        #expect(result.signatures)
        #expect(result.uncountedLists.map(\.name) == [listName("beta")])
        #expect(result.uncountedLists.map(\.reason) == ["not signed"])
        #expect(result.files.map(\.file) == ["/usr/bin/beta"])
        #expect(try system.check("--certificate", other.certificatePath).refused == 7)
        let text = try Diglimctl.run(
            "check", "--root", system.root, "--certificate", key.certificatePath)
        #expect(
            text.output == """
                uncounted lists: 1, would not count
                  \(listName("beta")): not signed; 1 file refused
                \(system.path("etc/digest_lists")): 2 lists; 1 of 7 files would be refused

                """)
        try key.sign(system.list(of: "beta"))
        #expect(try system.check("--certificate", key.certificatePath).refused == 0)
    }

    @Test("A list that was changed after it was signed, and a broken one") func badLists() throws {
        let system = try InstalledSystem("alpha", "beta")
        let key = try X509Key(.ecP256)
        for package in ["alpha", "beta"] { try key.sign(system.list(of: package)) }
        var list = try readFile(system.list(of: "alpha"))
        list[list.count / 2] ^= 1
        try Data(list).write(to: URL(fileURLWithPath: system.list(of: "alpha")))
        try system.write("nothing", to: "etc/digest_lists/0-file_list-compact-odd")
        let result = try system.check("--certificate", key.certificatePath)
        #expect(
            result.uncountedLists.map(\.name) == ["0-file_list-compact-odd", listName("alpha")])
        #expect(result.uncountedLists.allSatisfy { $0.reason != nil })
        #expect(result.files.count == 6)
        #expect(try system.check().uncountedLists.map(\.name).first == "0-file_list-compact-odd")
    }

    @Test("Digests that IMA does not ask for") func otherAlgorithm() throws {
        let system = try InstalledSystem("beta", "old")
        #expect(try system.check().otherAlgorithm.map(\.file) == ["/usr/bin/old"])
        let byMD5 = try Diglimctl.run(
            "check", "--root", system.root, "--json", "--algorithm", "md5")
        let result = try byMD5.json(CheckResult.self)
        #expect(result.otherAlgorithm.map(\.file) == ["/usr/bin/beta"])
        #expect(result.refused == 1)
        try system.write("else", to: "usr/bin/old", mode: 0o755)
        #expect(try system.check().changed.map(\.file) == ["/usr/bin/old"])
    }

    @Test("Files that may change, where they may not") func mutable() throws {
        let system = try InstalledSystem("alpha")
        let script = "/usr/share/alpha/script"
        #expect(try system.check("--immutable").mutable.map(\.file) == [script])
        // The parser leaves them out then.
        try system.write("", to: "etc/digest_lists/.immutable")
        let result = try system.check()
        #expect(result.mutable.map(\.file) == [script])
        #expect(result.mutable.map(\.package) == [Self.alpha])
    }

    @Test("A compact list of one's own") func compact() throws {
        let system = try InstalledSystem("beta")
        try system.write("mine", to: "opt/mine", mode: 0o755)
        #expect(try system.check().unknown.map(\.file) == ["/opt/mine"])
        try output(
            of: Program.diglimctl.path, "compact", "--output", system.path("etc/digest_lists"),
            system.path("opt/mine"))
        #expect(try system.check().refused == 0)
        #expect(
            try Diglimctl.run("check", "--root", system.root, "--abi", "v2").status == 1,
            "In v2 these are digests of parsers.")
    }

    @Test("Only what is asked for, inside of the system") func paths() throws {
        let system = try InstalledSystem("alpha", "beta")
        for name in ["usr/bin/alpha", "usr/sbin/alpha"] {
            try system.write("else", to: name, mode: 0o755)
        }
        try system.write("x", to: "opt/program", mode: 0o755)
        symlink("/usr/bin", system.path("opt/absolute"))
        symlink("../../../../usr/bin/alpha", system.path("opt/climbs"))
        let some = try system.check("/sbin", "opt")
        #expect(some.files.map(\.file) == ["/usr/sbin/alpha", "/opt/program"])
        #expect(try system.check("/opt/absolute").files.map(\.file) == ["/usr/bin/alpha"])
        #expect(try system.check("/opt/climbs").files.map(\.file) == ["/usr/bin/alpha"])
        #expect(try system.check("/usr/bin/beta").checked == 1)
        let result = try system.check("/usr/bin/beta", "/gone")
        #expect(result.failures.map(\.file) == ["/gone"])
        #expect(result.checked == 1)
    }

    @Test("What the file itself has comes first", .needsRoot) func attribute() throws {
        let system = try InstalledSystem("alpha", "beta")
        let program =
            "import os, sys; os.setxattr(sys.argv[1], 'security.ima', b'\\4\\4' + b'1' * 32)"
        let set = try runProgram("python3", ["-c", program, system.path("usr/bin/beta")])
        try #require(set.status == 0, "\(set.errors)")
        let result = try system.check()
        #expect(result.attribute.map(\.file) == ["/usr/bin/beta"])
        #expect(result.attribute.map(\.attribute) == ["digest"])
    }

    @Test("What cannot be checked at all") func failures() throws {
        let directory = try TemporaryDirectory()
        for arguments in [
            ["--root", directory.path("gone")], ["--root", directory.path, "/"],
            ["--directory", directory.path("gone")],
            ["--directory", directory.path, "--algorithm", "tgr192"],
            ["--directory", directory.path, "--certificate", directory.path("gone")],
        ] {
            let outcome = try Diglimctl.run(["check"] + arguments)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorLines.count == 1)
        }
        #expect(try Diglimctl.run("check", "--algorithm", "sha3").status == 2)
    }

    @Test("A database that cannot be read is told, and no obstacle") func brokenDatabase() throws {
        let system = try InstalledSystem("alpha")
        let database = try output(
            of: "sh", "-c", #"ls -d "$1"/var/lib/rpm/*"#, "sh", system.root)
        for path in database.split(separator: "\n") {
            try Data("broken".utf8).write(to: URL(fileURLWithPath: String(path)))
        }
        let outcome = try Diglimctl.run("check", "--root", system.root)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("warning: "))
    }

    @Test("What processes have mapped, a deleted program among it", .needsRoot)
    func running() throws {
        let directory = try TemporaryDirectory()
        let lists = try directory.makeDirectory("lists")
        let program = directory.path("sleeper")
        try output(of: "cp", "/bin/sleep", program)
        // Another digest than that of the machine's own.
        try output(of: "sh", "-c", #"echo mine >>"$1""#, "sh", program)
        let process = try Command(program, ["100"]).start()
        defer { process.send(SIGKILL) }
        try wait { try readFile("/proc/\(process.identifier)/comm") == Array("sleeper\n".utf8) }
        unlink(program)
        let empty = try directory.makeDirectory("empty")
        func check() throws -> CheckResult {
            try Diglimctl.run(
                "check", "--running", "--json", "--directory", lists, "--dbpath", empty, empty
            ).json(CheckResult.self)
        }
        let name = "\(program) (deleted)"
        let found = try #require(try check().unknown.first { $0.file == name })
        #expect(found.process == Int(process.identifier))
        let block = ListBlock([bytes(hexadecimal: found.digest)])
        try directory.write(block.bytes, to: "lists/0-file_list-compact-sleeper")
        #expect(try !check().unknown.contains { $0.file == name })
        #expect(try Diglimctl.run("check", "--running", "--root", empty).status == 2)
    }
}
