import BlackBox
import Foundation
import Testing

/// Where the interface is, on a machine that has a file that says so.
@Suite(.needs(.diglimctl, .parser, .emulator), .needsMachineFiles)
struct InterfaceFileTests {
    private let machine: Machine
    private let etc: TemporaryDirectory
    private let name = listName("a")

    init() throws {
        machine = try Machine()
        etc = try TemporaryDirectory()
        try etc.makeDirectory("diglim")
        try machine.lists.write(.package(1), to: name)
    }

    /// Runs a command of the program on the machine.
    private func run(_ arguments: String...) throws -> Outcome {
        try Command(Program.diglimctl.path, arguments).finding(etc.path).run()
    }

    private func write(_ text: String) throws { try etc.write(text, to: "diglim/interface") }

    private var directory: [String] { ["--directory", machine.lists.path] }

    @Test("All commands read it", arguments: ["", "\n"]) func found(end: String) throws {
        try write(machine.emulator.directory + end)
        let places = ["--parser", machine.parser, "--directory", machine.lists.path]
        let upload = Command(Program.diglimctl.path, ["upload"] + places)
        #expect(try upload.finding(etc.path).run().status == 0)
        #expect(try machine.emulator.loadedLabels().contains(name))
        let status = Command(Program.diglimctl.path, ["status", "--json"] + places)
        let result = try status.finding(etc.path).run().json(StatusResult.self)
        #expect(result.interface == .init(path: machine.emulator.directory, abi: "v3"))
        #expect(result.problems == [])
        #expect(try run("list", "--json").json([ListedList].self).contains { $0.label == name })
        let query = try run("query", "--json", "--directory", machine.lists.path, machine.parser)
        #expect(query.status == 0)
        let explain = try run("explain", "--json", "--directory", machine.lists.path, "/bin/sh")
        #expect(explain.output.contains("\"loaded\""))
    }

    @Test("The option wins, also over a file that is broken", arguments: ["/nowhere", "broken"])
    func option(text: String) throws {
        try write(text)
        let outcome = try run("list", "--interface", machine.emulator.directory)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("rpm_parser"))
    }

    @Test("A file that makes no sense is told by its name")
    func broken() throws {
        let path = String(repeating: "/directory", count: 410)
        let texts = [
            ("", "empty; it should have the path of a directory"),
            ("\n", "empty; it should have the path of a directory"),
            ("run/diglim\n", "not an absolute path"), (" /run/diglim\n", "not an absolute path"),
            ("/run/diglim\n/run/other\n", "more than one line"), ("/run\n\n", "more than one line"),
            ("/run\0/diglim", "a NUL in the path"), (path, "too long for a path"),
        ]
        for (text, reason) in texts {
            try write(text)
            try expectFailure(reason)
        }
        try etc.remove("diglim/interface")
        try etc.makeDirectory("diglim/interface")
        try expectFailure("cannot be read: Is a directory")
    }

    private func expectFailure(
        _ reason: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let text = "/etc/diglim/interface: \(reason)"
        let explain = ["explain"] + directory + ["/bin/sh"]
        for arguments in [["list"], ["query", "/bin/sh"], ["upload"], explain] {
            let outcome = try Command(Program.diglimctl.path, arguments).finding(etc.path).run()
            #expect(outcome.status == 1, sourceLocation: location)
            #expect(outcome.output.isEmpty, sourceLocation: location)
            #expect(outcome.errors == "diglimctl: \(text)\n", sourceLocation: location)
        }
        // This has more to tell.
        let outcome = try run("status", "--json")
        let status = try outcome.json(StatusResult.self)
        #expect(outcome.status == 1, sourceLocation: location)
        #expect(status.interface == .init(path: nil, error: text), sourceLocation: location)
        #expect(status.problems.contains("interface"), sourceLocation: location)
        #expect(
            try run("status").output.hasPrefix("interface  /etc/diglim/interface: "),
            sourceLocation: location)
    }

    @Test("It says nothing of other systems, nor does it of what asks no kernel")
    func otherSystem() throws {
        try write("broken")
        let root = try TemporaryDirectory()
        try root.makeDirectory("etc/digest_lists")
        try root.write("text", to: "program")
        for command in ["explain", "check"] {
            let outcome = try run(command, "--root", root.path, "/program")
            #expect(outcome.errors.isEmpty)
            #expect(!outcome.output.isEmpty)
        }
    }
}
