import Foundation
import Testing

/// The built program, from the folder that the environment names.
enum Diglimctl {
    /// The executable's path.
    static let executable = ProcessInfo.processInfo.environment["DIGLIM_BIN"]
        .map { $0 + "/diglimctl" }

    /// Whether there is a program to test.
    static let isAvailable = executable.map { access($0, X_OK) == 0 } == true

    /// Why the tests are skipped without one.
    static let absence: Comment = "DIGLIM_BIN names no folder with diglimctl"

    /// Runs the program to its end.
    ///
    /// - Parameter arguments: The arguments.
    static func run(_ arguments: String...) throws -> Outcome {
        try start(arguments).outcome()
    }

    /// Runs the program to its end.
    ///
    /// - Parameter arguments: The arguments.
    static func run(_ arguments: [String]) throws -> Outcome {
        try start(arguments).outcome()
    }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - temporaryDirectory: Where it may put temporary files.
    static func start(
        _ arguments: [String], temporaryDirectory: String = "/tmp"
    ) throws -> RunningProgram {
        try RunningProgram(
            "env", ["TMPDIR=" + temporaryDirectory, #require(executable)] + arguments)
    }
}

/// How a program ended, and what it said.
struct Outcome {
    /// The exit status; negative is the number of the signal that ended it.
    var status: Int32
    /// What it wrote to standard output.
    var output: String
    /// What it wrote to standard error.
    var errors: String

    /// The lines on standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }

    /// Standard output as JSON.
    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(output.utf8))
    }
}

/// A program that runs; what it says goes to files, so that it never waits for a reader.
final class RunningProgram {
    private let process = Process()
    private let directory: TemporaryDirectory

    init(_ program: String, _ arguments: [String]) throws {
        directory = try TemporaryDirectory()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try directory.create("output")
        process.standardError = try directory.create("errors")
        try process.run()
    }

    /// Sends a signal.
    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the end.
    func outcome() throws -> Outcome {
        process.waitUntilExit()
        let signalled = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: signalled ? -process.terminationStatus : process.terminationStatus,
            output: String(decoding: try directory.bytes(of: "output"), as: UTF8.self),
            errors: String(decoding: try directory.bytes(of: "errors"), as: UTF8.self))
    }
}

/// Runs any other program to its end.
///
/// - Parameters:
///   - program: A path, or a name to be found in the usual places.
///   - arguments: The arguments.
func runProgram(_ program: String, _ arguments: [String]) throws -> Outcome {
    try RunningProgram(program, arguments).outcome()
}
