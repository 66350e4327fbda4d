import BlackBox
import Foundation
import Testing

/// A machine with digest lists and a parser, and the emulator as its kernel.
final class Machine {
    /// The directory of digest lists.
    let lists: TemporaryDirectory
    /// The kernel's interface.
    let emulator: MountedEmulator
    /// The installed parser.
    var parser = Program.parser.path
    /// The address of the system bus; by default there is none.
    var bus = "unix:path=/nonexistent/bus"
    private let abi: String

    /// The name of the list with the parser's digest.
    static let parserList = "0-parser_list-compact-rpm_parser"

    /// Sets a machine up on which the kernel knows the parser, and has no other lists.
    ///
    /// - Parameters:
    ///   - abi: The numbering of types.
    ///   - options: More options of the emulator.
    init(abi: String = "v3", _ options: String...) throws {
        self.abi = abi
        lists = try TemporaryDirectory()
        emulator = try MountedEmulator(options: ["--abi", abi] + options)
        try writeParserList(of: try readFile(parser))
        try load(Self.parserList)
    }

    /// The number of a type of digests.
    func number(of type: String) -> UInt16 {
        (["parser": 0, "file": 1, "metadata": 2][type] ?? 9) + (abi == "v2" ? 1 : 0)
    }

    /// Writes the list that makes the kernel know a parser.
    func writeParserList(of parser: [UInt8]) throws {
        let digest = bytes(hexadecimal: sha256(parser))
        let block = ListBlock(type: number(of: "parser"), modifiers: 1, [digest])
        try lists.write(block.bytes, to: Self.parserList)
    }

    /// Has the kernel load a compact list itself, as it does at its start.
    func load(_ name: String) throws {
        let result = emulator.write(Array(lists.path(name).utf8), to: "digest_list_add")
        try #require(result == "ok", "\(result)")
    }

    /// Makes the kernel hold what the directory says.
    func sync() throws {
        try #require(try run("upload").status == 0)
    }

    /// Runs a command of the program.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - arguments: More arguments.
    func run(_ command: String, _ arguments: String...) throws -> Outcome {
        try run(command, arguments)
    }

    /// Runs a command of the program, on another interface perhaps.
    func run(
        _ command: String, _ arguments: [String], at interface: String? = nil
    ) throws -> Outcome {
        try self.command(command, arguments, at: interface).run()
    }

    /// A command of the program.
    func command(
        _ command: String, _ arguments: [String], at interface: String? = nil
    ) -> Command {
        let places = ["--directory", lists.path, "--parser", parser]
        let hasPlaces = ["status", "upload"].contains(command)
        let directory = command == "query" ? ["--directory", lists.path] : []
        return Command(
            "env",
            [
                "DBUS_SYSTEM_BUS_ADDRESS=\(bus)", Program.diglimctl.path, command, "--interface",
                interface ?? emulator.directory,
            ] + (hasPlaces ? places : directory) + arguments)
    }

    /// What `status` finds.
    func status(at interface: String? = nil) throws -> StatusResult {
        let outcome = try run("status", ["--json"], at: interface)
        let status = try outcome.json(StatusResult.self)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == (status.problems.isEmpty ? 0 : 1))
        #expect(status.well == status.problems.isEmpty)
        return status
    }

    /// What `list` shows.
    func listed(_ patterns: String..., at interface: String? = nil) throws -> [ListedList] {
        let outcome = try run("list", ["--json"] + patterns, at: interface)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        return try outcome.json([ListedList].self)
    }

    /// What `query` tells.
    func queried(_ operands: String...) throws -> [QueriedOperand] {
        let outcome = try run("query", ["--json"] + operands)
        let answers = try outcome.json([QueriedOperand].self)
        #expect(outcome.status == (answers.allSatisfy(\.known) ? 0 : 1))
        #expect(outcome.errorLines.count == answers.count { $0.error != nil })
        return answers
    }

    /// Copies the interface to plain files, which a test can change as no kernel would.
    func copyInterface() throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        try copy.makeDirectory("digest_lists_loaded")
        try copy.write("", to: "digest_list_label")
        try copy.write(try emulator.read("digests_count"), to: "digests_count")
        for bytes in try emulator.loadedNames() {
            let name = "digest_lists_loaded/" + String(decoding: bytes, as: UTF8.self)
            try copy.write(try emulator.read(name), to: name)
        }
        return copy
    }
}

/// What a terminal would show of a command's output.
///
/// - Parameters:
///   - command: The program and its arguments.
///   - columns: The terminal's width.
func shownOnTerminal(_ command: [String], columns: Int = 80) throws -> String {
    let quoted = command.map { "'\($0)'" }.joined(separator: " ")
    return try runProgram(
        "script",
        ["-qec", "stty cols \(columns); env -u NO_COLOR TERM=xterm \(quoted)", "/dev/null"]
    ).output
}
