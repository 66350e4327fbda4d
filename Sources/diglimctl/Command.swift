/// A subcommand: how it is called, what its help says, and what it does.
struct Command: Sendable {
    /// The subcommand's name on the command line.
    var name: StaticString
    /// What it does, in half a line.
    var summary: StaticString
    /// What `--help` prints.
    var usage: StaticString
    /// The options that it takes besides `--help`.
    var options: [CommandOption]
    /// Does it.
    var run: @Sendable (CommandArguments, Messages) throws -> ExitStatus
}

/// All subcommands, in the order in which the help lists them.
let commands: [Command] = [
    .generate,
    .show,
]

/// A command line that makes no sense.
struct UsageError: Error {
    /// What is wrong with it; `nil` where that has been said.
    var text: String?
}

/// What keeps a file, a package or a whole subcommand from being done.
struct CommandError: Error {
    /// What is wrong, in words.
    var text: String

    /// Creates an error.
    ///
    /// - Parameter text: What is wrong, in words.
    init(_ text: String) { self.text = text }
}
