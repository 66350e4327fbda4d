import DigestList

/// A program, or one of its subcommands.
public struct Command: Sendable {
    /// The subcommand's name on the command line, or the program's.
    public var name: StaticString
    /// What it does, in half a line.
    public var summary: StaticString
    /// How the help begins: what the command line looks like, and what it does.
    public var usage: StaticString
    /// The options, in the order in which the help lists them.
    public var options: [CommandOption]
    /// More options, under headings.
    public var groups: [OptionGroup]
    /// What the arguments stand for that are no options; `nil` where there are none.
    public var operands: ArgumentKind?
    /// How the help ends.
    public var notes: StaticString
    /// A program's subcommands, in the order in which the help lists them.
    public var subcommands: [Command] = []
    /// Does it.
    public var run: @Sendable (CommandArguments, Messages) throws -> ExitStatus

    /// Creates a subcommand.
    ///
    /// - Parameters:
    ///   - name: The subcommand's name on the command line.
    ///   - summary: What it does, in half a line.
    ///   - usage: How the help begins.
    ///   - options: The options that it takes besides `--help`.
    ///   - groups: More options, under headings.
    ///   - operands: What the arguments stand for that are no options; `nil` where there are none.
    ///   - notes: How the help ends.
    ///   - run: Does it.
    public init(
        name: StaticString, summary: StaticString, usage: StaticString,
        options: [CommandOption] = [], groups: [OptionGroup] = [], operands: ArgumentKind? = nil,
        notes: StaticString = "",
        run: @escaping @Sendable (CommandArguments, Messages) throws -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.usage = usage
        self.options = options + [.help]
        self.groups = groups
        self.operands = operands
        self.notes = notes
        self.run = run
    }

    /// The command as a program, which tells its version, and how shells complete it.
    ///
    /// - Parameter subcommands: The program's subcommands.
    public func asProgram(with subcommands: [Command] = []) -> Command {
        var program = self
        program.options += [.version, .completion]
        program.subcommands = subcommands
        return program
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
                arguments, options: allOptions, program: messages.program)
            if let text = try information(arguments) {
                try StandardOutput.write(text)
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

    /// All options, whatever group they are in.
    var allOptions: [CommandOption] { options + groups.flatMap(\.options) }

    /// What a command line asks for that every program or command has; `nil` where it asks for
    /// what only this one does.
    private func information(_ arguments: CommandArguments) throws(UsageError) -> String? {
        if arguments.has("help") { return help }
        if arguments.has("version") { return "\(name) \(diglimVersion)\n" }
        guard let name = arguments.value(of: "completion")?.text else { return nil }
        guard let shell = Shell(rawValue: name) else {
            throw UsageError(text: "--completion: there are bash, zsh and fish")
        }
        return shell.completion(of: self)
    }
}

/// The arguments of the command line as C strings, which live as long as the program.
public var programArguments: [UnsafeMutablePointer<CChar>] {
    UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        .compactMap { $0 }
}
