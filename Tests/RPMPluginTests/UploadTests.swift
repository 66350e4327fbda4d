import BlackBox
import Foundation
import Testing

/// What is to be uploaded and is not: a warning, and with `%_digest_list_enforce` a failure.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct UploadTests {
    @Test("Without an interface the lists are kept, and nothing is said")
    func noInterface() throws {
        let system = try ScratchSystem()
        let packages = try ["1", "2"].map { try system.package("alpha", version: $0) }
        system.macros["_digest_list_interface"] = system.directory.path("missing")
        system.macros["_digest_list_enforce"] = "1"
        for package in packages {
            let outcome = try system.rpm("-U", package.path)
            #expect(outcome.status == 0)
            #expect(outcome.errors == "")
            try system.expectLists([package.listName])
        }
        #expect(try system.rpm("-e", "alpha").errors == "")
        #expect(try system.lists == [])
    }

    @Test("A failing upload is a warning")
    func failingUpload() throws {
        let system = try ScratchSystem("--fail-every", "1:ENOMEM")
        let package = try system.package("alpha")
        let outcome = try system.rpm("-i", package.path)
        #expect(outcome.status == 0)
        #expect(outcome.warnings.count == 1)
        #expect(outcome.warnings.first?.contains(package.listName) == true)
        #expect(outcome.warnings.first?.hasSuffix("(ENOMEM)") == true)
        #expect(try system.installed() == [package.listName])
        try system.expectLists([package.listName])
    }

    @Test("With %_digest_list_enforce it is a failure, and what was written is taken back")
    func enforced() throws {
        let system = try ScratchSystem("--fail-over", "200:ENOMEM")
        system.macros["_digest_list_enforce"] = "1"
        let files = (1...8).map { "/usr/share/large/\($0)" }.joined(separator: "\n")
        let large = try BuiltPackage(
            "large", in: system.directory,
            script: "mkdir -p usr/share/large; for n in 1 2 3 4 5 6 7 8; do "
                + "echo $n >usr/share/large/$n; done", files: files)
        let small = try system.package("small")
        let outcome = try system.rpm(
            "-i", "--badreloc", "--relocate", "/usr/share=\(system.files)", large.path, small.path)
        #expect(outcome.status != 0)
        #expect(outcome.warnings.contains { $0.contains(large.listName) })
        try system.expect(small)
    }

    @Test("A failing deletion is a warning, and the file goes all the same")
    func failingDeletion() throws {
        let system = try ScratchSystem("--fail-every", "2:EIO")
        let package = try system.package("alpha")
        try system.rpm("-i", package.path)
        try system.expect(package)
        let outcome = try system.rpm("-e", "alpha")
        #expect(outcome.status == 0)
        #expect(outcome.warnings.count == 1)
        #expect(outcome.warnings.first?.hasSuffix("(EIO)") == true)
        #expect(try system.lists == [])
        #expect(try system.installed() == [])
    }

    @Test("A parser that is missing", arguments: [false, true])
    func missingParser(isEnforced: Bool) throws {
        let system = try ScratchSystem()
        let package = try system.package("alpha")
        system.macros["_digest_list_parser"] = "/usr/libexec/missing/rpm_parser"
        if isEnforced { system.macros["_digest_list_enforce"] = "1" }
        let outcome = try system.rpm("-i", package.path)
        #expect((outcome.status == 0) == !isEnforced)
        #expect(
            outcome.warnings.first
                == "/usr/libexec/missing/rpm_parser: cannot run it: No such file or directory")
        #expect(try system.installed() == (isEnforced ? [] : [package.listName]))
        #expect(try system.lists == system.installed())
    }

    @Test(
        "A parser that ends in odd ways",
        arguments: [
            ("exit 7", "exit status 7"), ("kill -9 $$", "killed by signal 9"),
            ("echo one >&2; echo two; printf three >&2; exit 1", nil),
        ])
    func oddParser(script: String, warning: String?) throws {
        let system = try ScratchSystem()
        let package = try system.package("alpha")
        let parser = try system.directory.write("#!/bin/sh\n\(script)\n", to: "parser")
        chmod(parser, 0o755)
        system.macros["_digest_list_parser"] = parser
        let outcome = try system.rpm("-i", package.path)
        #expect(outcome.status == 0)
        #expect(
            outcome.warnings == (warning.map { ["\(parser): \($0)"] } ?? ["one", "two", "three"]))
    }

    @Test("The parser gets no environment, no descriptors and what it needs")
    func surroundings() throws {
        let system = try ScratchSystem()
        let package = try system.package("alpha")
        let seen = system.directory.path("seen")
        let parser = try system.directory.write(
            """
            #!/bin/sh
            echo "$@" >\(seen).arguments
            ls /proc/$$/fd >\(seen).descriptors
            cat /proc/$$/environ >\(seen).environment
            """, to: "parser")
        chmod(parser, 0o755)
        system.macros["_digest_list_parser"] = parser
        #expect(try system.rpm("-i", package.path).warnings == [])
        let arguments = String(decoding: try readFile("\(seen).arguments"), as: UTF8.self)
        #expect(
            arguments
                == "--quiet --interface \(system.emulator.directory) add -- "
                + "\(system.directory.path("lists"))/\(package.listName)\n")
        // The shell has the script open, under a number of two digits.
        let descriptors = String(decoding: try readFile("\(seen).descriptors"), as: UTF8.self)
            .split(separator: "\n").map { String($0) }.filter { $0.count == 1 }
        #expect(descriptors == ["0", "1", "2"])
        #expect(try readFile("\(seen).environment") == [])
    }

    @Test("A directory that cannot be written to", .needsRoot, arguments: [false, true])
    func unwritable(isEnforced: Bool) throws {
        let system = try ScratchSystem()
        let package = try system.package("alpha")
        system.macros["_digest_list_dir"] = "/proc/digest_lists"
        if isEnforced { system.macros["_digest_list_enforce"] = "1" }
        let outcome = try system.rpm("-i", package.path)
        #expect((outcome.status == 0) == !isEnforced)
        #expect(outcome.warnings.first?.hasPrefix("/proc/digest_lists: cannot open") == true)
        #expect(try system.emulator.operations().isEmpty)
    }

    @Test("Only the parser opens what can be written to")
    func interface() throws {
        let system = try ScratchSystem()
        let package = try system.package("alpha")
        for arguments in [["-i", package.path], ["-e", "alpha"]] {
            let (outcome, calls) = try trace(
                system.command(["--dbpath", system.directory.path("db")] + arguments))
            #expect(outcome.status == 0)
            let opened = calls.compactMap(\.openedPath)
                .filter { $0.hasPrefix(system.emulator.directory) }
            #expect(!opened.isEmpty)
            for path in opened {
                let name = path.dropFirst(system.emulator.directory.count)
                #expect(["", "/", "/digest_lists_loaded"].contains(name))
            }
        }
        try system.expect()
    }
}
