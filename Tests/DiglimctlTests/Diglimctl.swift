import BlackBox
import Foundation

/// The built program.
enum Diglimctl {
    /// Runs the program to its end.
    ///
    /// - Parameter arguments: The arguments.
    static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    /// Runs the program to its end.
    ///
    /// - Parameter arguments: The arguments.
    static func run(_ arguments: [String]) throws -> Outcome {
        try runProgram(Program.diglimctl.path, arguments)
    }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - temporaryDirectory: Where it may put temporary files.
    static func start(
        _ arguments: [String], temporaryDirectory: String
    ) throws -> RunningProgram {
        try Command(
            "env", ["TMPDIR=" + temporaryDirectory, Program.diglimctl.path] + arguments
        ).start()
    }
}

/// What tells whether a file has been written again: its number and its time.
func identity(of path: String) throws -> [Int] {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw CocoaError(.fileReadNoSuchFile) }
    return [
        Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size),
    ]
}
