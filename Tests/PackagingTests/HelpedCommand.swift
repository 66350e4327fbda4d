import BlackBox
import Foundation

/// A program, or one of its commands, with the options that its help shows.
struct HelpedCommand {
    /// The program.
    let program: Program
    /// The command's name, if it is not the program itself.
    let words: [String]
    /// The options, with two hyphens; those with an argument are true.
    let options: [String: Bool]
    /// The names of its commands.
    let commands: [String]

    private init(_ program: Program, _ words: [String]) throws {
        self.program = program
        self.words = words
        let help = try output(of: program.path, words + ["--help"])
        options = Dictionary(
            help.matches(of: /(?m)^  (--[a-z-]+)( \S+)?/).map { (String($0.1), $0.2 != nil) }
        ) { first, _ in first }
        commands = help.matches(of: /(?m)^  ([a-z]+) +[A-Z]/).map { String($0.1) }
    }

    /// The program, and each of its commands.
    ///
    /// - Parameter program: The program.
    static func all(of program: Program) throws -> [HelpedCommand] {
        let whole = try HelpedCommand(program, [])
        return try [whole] + whole.commands.map { try HelpedCommand(program, [$0]) }
    }
}
