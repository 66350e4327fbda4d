import BlackBox
import Foundation
import Testing

/// The built program.
enum MkparserList {
    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - environment: What the environment has besides the tests' own.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        var command = Command(Program.mkparserList.path, arguments)
        command.environment = inherited(adding: environment)
        return try command.run()
    }

    /// Runs the program to its end.
    ///
    /// - Parameter arguments: The arguments.
    static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    /// The file names of an executable's lists.
    ///
    /// - Parameter executable: The executable's name.
    static func listNames(_ executable: String = "test_parser") -> [String] {
        ["0-parser_list-compact-\(executable)", "0-file_list-compact-\(executable)"]
    }

    /// An executable's lists, made without the code that is tested.
    ///
    /// - Parameter digest: The executable's SHA-256, in hexadecimal.
    static func lists(digest: String) -> [[UInt8]] {
        [0, 1].map { ListBlock(type: $0, modifiers: 1, [bytes(hexadecimal: digest)]).bytes }
    }
}

/// What the program prints with `--json`.
struct MkparserListResult: Decodable {
    struct List: Decodable {
        var file: String
        var executable: String
        var digest: String
        var result: String
        var signed: Bool
        var signer: String?
    }
    struct Failure: Decodable {
        var file: String?
        var error: String
    }
    var lists: [List]
    var failures: [Failure]
}

extension TemporaryDirectory {
    /// Writes a file that everybody may execute, and only the owner write.
    ///
    /// - Returns: The file's path.
    @discardableResult
    func writeExecutable(
        _ bytes: [UInt8], to name: String = "test_parser", mode: mode_t = 0o755
    ) throws -> String {
        try write(bytes, to: name)
        chmod(path(name), mode)
        return path(name)
    }

    /// The bytes of all files, by name.
    func contents() throws -> [String: [UInt8]] {
        try Dictionary(uniqueKeysWithValues: names().map { ($0, try bytes(of: $0)) })
    }
}
