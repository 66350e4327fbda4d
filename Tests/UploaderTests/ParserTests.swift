import BlackBox
import Foundation
import Testing

/// Which parsers the program runs, how, and what it makes of their ends.
@Suite(.needs(.uploader), .needsRoot, .needsMounts)
struct ParserTests {
    private let root: UploadRoot

    init() throws { root = try UploadRoot() }

    private func path(_ format: String) -> String { "\(UploadRoot.programs)/\(format)_parser" }

    @Test(
        "A parser gets the operation, the directory, and nothing else",
        arguments: ["add", "del"])
    func surroundings(operation: String) throws {
        try root.addLists("0-file_list-rpm-a")
        try root.addParser("rpm")
        let outcome = try root.command([operation, UploadRoot.lists]).run()
        #expect(outcome.status == 0)
        #expect(
            try root.record(of: "rpm").filter { !$0.hasPrefix("/") } == [
                "argument \(path("rpm"))", "argument \(operation)",
                "argument \(UploadRoot.lists)", "directory /",
            ])
    }

    @Test("A parser for each format but compact, once, by the bytes of the formats' names")
    func formats() throws {
        let formats = ["B2", "a", "b", "deb", "rpm"]
        for format in formats + ["compact", "none"] { try root.addParser(format) }
        try root.addLists(
            "0-file_list-rpm-a", "10-file_list-rpm-b", "9-metadata_list-deb-a",
            "0-parser_list-b-a", "1-file_list-rpm-c", "0-file_list-B2-a", "7-file_list-a-a",
            "3-file_list-b-a", "3-file_list-deb-b",
            // None of these is for a parser.
            "0-file_list-compact-a", "0-parser_list-compact-a", "0-file_list-none",
            "file_list-none-a", "0-key_list-none-a", "x-file_list-none-a", "0-file_list--a", "none",
            ".immutable")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(run.errors == [])
        #expect(try root.runs() == formats.map { "\($0)_parser" })
    }

    @Test("Without lists of such a format nothing runs")
    func noFormats() throws {
        try root.addParser("rpm")
        try root.addParser("compact")
        try root.addLists("0-file_list-compact-a")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(run.errors == [])
        #expect(try root.runs() == [])
    }

    @Test("Formats without a parser are told and passed over")
    func unknownFormats() throws {
        try root.addParser("rpm")
        try root.addLists("0-file_list-deb-a", "0-file_list-rpm-a", "0-file_list-tlv-a")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(
            run.errors
                == ["deb", "tlv"].map {
                    "upload_digest_lists: \(path($0)) is not there, "
                        + "so digest lists of its format are passed over"
                })
        #expect(try root.runs() == ["rpm_parser"])
    }

    @Test(
        "What could not be part of a program's name is passed over, and shown as it is",
        arguments: [
            (".", "."), ("..", ".."), ("a.b", "a.b"), ("a b", "a b"), ("a\nb", "a\\x0ab"),
            ("ä", "\\xc3\\xa4"), ("$x", "$x"), ("\u{1b}[1m", "\\x1b[1m"),
        ])
    func oddFormats(format: String, shown: String) throws {
        try root.addLists("0-file_list-\(format)-a", "0-file_list-rpm-a")
        try root.addParser(format)
        try root.addParser("rpm")
        let run = try root.run()
        #expect(run.status == 0)
        #expect(
            run.errors == [
                "upload_digest_lists: \(path(shown)) is not there, "
                    + "so digest lists of its format are passed over"
            ])
        #expect(try root.runs() == ["rpm_parser"])
    }

    @Test(
        "The exit status is that of the worst parser",
        arguments: [
            (["exit 0", "exit 0", "exit 0"], 0), (["exit 1", "exit 0", "exit 0"], 1),
            (["exit 0", "exit 0", "exit 1"], 1), (["exit 1", "exit 3", "exit 0"], 3),
            (["exit 3", "exit 1", "exit 2"], 3), (["exit 0", "kill 11", "exit 0"], 1),
            (["kill 9", "exit 3", "exit 0"], 3), (["exit 0", "exit 127", "exit 255"], 255),
        ] as [([String], Int32)])
    func status(behaviours: [String], status: Int32) throws {
        for (format, behaviour) in zip(["a", "b", "c"], behaviours) {
            try root.addParser(format, behaviour)
            try root.addLists("0-file_list-\(format)-a")
        }
        let run = try root.run()
        #expect(run.status == status)
        #expect(try root.runs() == ["a_parser", "b_parser", "c_parser"])
        #expect(
            run.errors
                == zip(["a", "b", "c"], behaviours).compactMap { format, behaviour in
                    let number = behaviour.drop { !$0.isNumber }
                    guard behaviour != "exit 0" else { return nil }
                    let end =
                        behaviour.hasPrefix("exit") ? "ended with status" : "was ended by signal"
                    return "upload_digest_lists: \(path(format)) \(end) \(number)"
                })
    }

    @Test("A parser that cannot be run has failed, and the others run")
    func notExecutable() throws {
        for format in ["a", "b", "c"] { try root.addLists("0-file_list-\(format)-a") }
        try root.directory.write("#!/nowhere\n", to: path("a"))
        try root.directory.write("", to: path("b"))
        chmod(root.directory.path(path("b")), 0o755)
        try root.addParser("c")
        let run = try root.run()
        #expect(run.status == 1)
        #expect(
            run.errors == [
                "upload_digest_lists: \(path("a")): cannot run it: Permission denied (EACCES)",
                "upload_digest_lists: \(path("b")): cannot run it: Exec format error (ENOEXEC)",
            ])
        #expect(try root.runs() == ["c_parser"])
    }

    @Test("The end of a parser is noticed even if the starter did not care for children")
    func ignoredChildren() throws {
        try root.addLists("0-file_list-rpm-a")
        try root.addParser("rpm", "exit 3")
        #expect(try root.run(setup: "trap '' CHLD").status == 3)
    }

    @Test("The real parser, and its messages", .needs(.parser, .emulator, .uploader))
    func realParser() throws {
        let names = ["a", "b"].map { listName($0) }
        for (seed, name) in names.enumerated() {
            try root.directory.write(.package(seed), to: "\(UploadRoot.lists)/\(name)")
        }
        try root.addLists(listName("broken"))
        let emulator = try MountedEmulator(
            options: [], on: UploadRoot.interface, in: root.directory)
        try root.copy(Program.parser.path, to: "/real/rpm_parser")
        try root.addParser("rpm", "interface \(UploadRoot.interface)")

        let added = try root.run()
        #expect(added.status == 1)
        #expect(added.mounts == [])
        #expect(try emulator.loadedLabels() == names)
        #expect(
            added.errors == [
                "rpm_parser: \(UploadRoot.lists)/\(listName("broken")): empty file",
                "rpm_parser: 2 added (2 mutable and 0 immutable digests), 0 already loaded, "
                    + "0 empty, 1 failed",
                "upload_digest_lists: \(path("rpm")) ended with status 1",
            ])
        #expect(try root.run(["del", UploadRoot.lists]).status == 0)
        #expect(try emulator.loadedLabels() == [])
    }

    @Test(
        "Without DIGLIM the parser finds no interface on the securityfs that is mounted for it",
        .needs(.parser, .uploader))
    func noInterface() throws {
        try root.addLists(listName("a"))
        try root.copy(Program.parser.path, to: path("rpm"))
        let run = try root.run()
        #expect(run.status == 3)
        #expect(run.errors.count == 2)
        #expect(
            run.errors.first?.contains(
                "no DIGLIM interface at /sys/kernel/security/integrity/diglim") == true)
    }
}
