/// A program, or one of its subcommands.
public struct Command: Sendable {
    /// The subcommand's name on the command line, or the program's.
    public var name: StaticString
    /// What it does, in half a line.
    public var summary: StaticString
    /// What `--help` prints.
    public var usage: StaticString
    /// The options that it takes besides `--help`.
    public var options: [CommandOption]
    /// Does it.
    public var run: @Sendable (CommandArguments, Messages) throws -> ExitStatus

    /// Creates a command.
    ///
    /// - Parameters:
    ///   - name: The subcommand's name on the command line, or the program's.
    ///   - summary: What it does, in half a line.
    ///   - usage: What `--help` prints.
    ///   - options: The options that it takes besides `--help`.
    ///   - run: Does it.
    public init(
        name: StaticString, summary: StaticString, usage: StaticString, options: [CommandOption],
        run: @escaping @Sendable (CommandArguments, Messages) throws -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.usage = usage
        self.options = options
        self.run = run
    }

    /// Takes a command line apart and does what it asks for.
    ///
    /// - Parameters:
    ///   - arguments: The command's name and what follows it.
    ///   - invocation: How the command is called, to point to its help.
    ///   - messages: What tells failures.
    /// - Returns: The program's exit status.
    /// - Throws: ``CommandError`` with what kept the whole command from being done.
    public func perform(
        _ arguments: [UnsafeMutablePointer<CChar>], invocation: String, _ messages: Messages
    ) throws(CommandError) -> ExitStatus {
        do {
            let arguments = try CommandArguments(
                arguments, options: options, program: messages.program)
            if arguments.has("help") {
                try StandardOutput.write("\(usage)\n")
                return .success
            }
            messages.isVerbose = arguments.has("verbose")
            defer { messages.endRepeats() }
            let status = try run(arguments, messages)
            return messages.hasFailures && status == .success ? .failure : status
        } catch let error as UsageError {
            if let text = error.text { messages.failure(nil, text) }
            messages.hint("Try '\(invocation) --help'.")
            return .usage
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("\(error)")
        }
    }
}

/// The arguments of the command line as C strings, which live as long as the program.
public var programArguments: [UnsafeMutablePointer<CChar>] {
    UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        .compactMap { $0 }
}
