import Foundation

/// A program to run, and the surroundings that it finds.
public struct Command: Sendable {
    /// The path of the program, or a name to be found in the usual places.
    public var program: String
    /// The arguments after the program's name.
    public var arguments: [String]
    /// The environment, `NAME=value` each; `nil` for the tests' own.
    public var environment: [String]?
    /// The working directory; `nil` for the tests' own.
    public var workingDirectory: String?
    /// Standard descriptors that are closed when the program starts.
    public var closed: Set<Int32> = []
    /// A file to which the standard error goes; `nil` for one that is read into the outcome.
    public var errorFile: String?

    /// Creates a command.
    ///
    /// - Parameters:
    ///   - program: The path of the program, or a name to be found in the usual places.
    ///   - arguments: The arguments.
    public init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// Runs the program to its end.
    ///
    /// - Parameter seconds: For how long at the most, before it counts as hanging.
    /// - Throws: ``CommandError``.
    public func run(atMost seconds: Double = 120) throws -> Outcome {
        try start().outcome(within: seconds)
    }

    /// Runs the program to its end, and measures the most memory that it had.
    ///
    /// - Throws: ``CommandError``.
    public func runMeasured() throws -> (outcome: Outcome, memory: Int) {
        let directory = try TemporaryDirectory()
        // What the tests would see themselves includes their own memory, before the `exec`.
        var measured = self
        measured.program = "/usr/bin/time"
        measured.arguments =
            ["-q", "-f", "%M", "-o", directory.path("memory"), program] + arguments
        let outcome = try measured.run()
        let text = String(decoding: try directory.bytes(of: "memory"), as: UTF8.self)
        guard let kibibytes = Int(text.filter(\.isNumber)) else {
            throw CommandError("time: \(text)")
        }
        return (outcome, kibibytes << 10)
    }

    /// Starts the program.
    ///
    /// - Throws: ``CommandError`` where it cannot be started.
    public func start() throws -> RunningProgram { try RunningProgram(self) }
}

/// Runs a program to its end.
///
/// - Parameters:
///   - program: A path, or a name to be found in the usual places.
///   - arguments: The arguments.
/// - Throws: ``CommandError``.
@discardableResult
public func runProgram(_ program: String, _ arguments: [String]) throws -> Outcome {
    try Command(program, arguments).run()
}

/// Runs a program that must succeed.
///
/// - Parameters:
///   - program: A path, or a name to be found in the usual places.
///   - arguments: The arguments.
/// - Returns: What it wrote to standard output.
/// - Throws: ``CommandError``.
@discardableResult
public func output(of program: String, _ arguments: [String]) throws -> String {
    let outcome = try runProgram(program, arguments)
    guard outcome.status == 0 else {
        throw CommandError("\(program) \(arguments): \(outcome.status): \(outcome.errors)")
    }
    return outcome.output
}

/// Runs a program that must succeed.
///
/// - Parameters:
///   - program: A path, or a name to be found in the usual places.
///   - arguments: The arguments.
/// - Returns: What it wrote to standard output.
/// - Throws: ``CommandError``.
@discardableResult
public func output(of program: String, _ arguments: String...) throws -> String {
    try output(of: program, arguments)
}

/// Waits until something holds, for a minute or so at the most.
///
/// - Parameter condition: What is looked at again and again.
/// - Throws: ``CommandError`` where it never holds.
public func wait(until condition: () throws -> Bool) throws {
    for _ in 0..<100_000 {
        if try condition() { return }
        usleep(500)
    }
    throw CommandError("waited in vain")
}

/// Why a program has no outcome.
public struct CommandError: Error, CustomStringConvertible {
    /// The reason in words.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// How a program ended, and what it said.
public struct Outcome: Sendable {
    /// The exit status; negative is the number of the signal that ended it.
    public var status: Int32
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var errors: String

    /// The lines on standard error.
    public var errorLines: [Substring] { errors.split(separator: "\n") }

    /// Standard output as JSON.
    public func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(output.utf8))
    }
}
