import CommandLineTool
import Glibc

/// Runs the subcommand that the command line names.
///
/// - Returns: The program's exit status.
func runProgram() -> ExitStatus {
    let messages = Messages(of: "diglimctl")
    do {
        return try run(programArguments, messages)
    } catch {
        messages.failure(nil, error.text)
        return .failure
    }
}

private func run(
    _ arguments: [UnsafeMutablePointer<CChar>], _ messages: Messages
) throws(CommandError) -> ExitStatus {
    guard let first = arguments.dropFirst().first.map({ String(cString: $0) }),
        !first.hasPrefix("-")
    else {
        return try Command.program.perform(arguments, invocation: "diglimctl", messages)
    }
    guard let command = Command.program.subcommands.first(where: { "\($0.name)" == first }) else {
        return unknown(first, messages)
    }
    return try command.perform(
        Array(arguments.dropFirst()), invocation: "diglimctl \(command.name)", messages)
}

private func unknown(_ name: String, _ messages: Messages) -> ExitStatus {
    messages.failure(nil, "unknown command '\(printable(name.utf8))'")
    messages.hint("Try 'diglimctl --help'.")
    return .usage
}

extension Command {
    /// `diglimctl` itself.
    fileprivate static let program: Command = Command(
        name: "diglimctl",
        summary: "Makes, signs, verifies and shows digest lists.",
        usage: """
            Usage: diglimctl COMMAND [OPTION]... [ARGUMENT]...
                   diglimctl help COMMAND

            Makes, signs, verifies and shows digest lists for DIGLIM, and what is loaded.
            """,
        notes: "Exit status: 0 all went well, 1 something failed, 2 wrong usage.",
        run: { _, _ in throw UsageError(text: "no command") }
    ).asProgram(with: commands + [commandHelp])

    /// `diglimctl help`: the same as `--help`.
    private static let commandHelp: Command = Command(
        name: "help",
        summary: "Prints the help of a command.",
        usage: """
            Usage: diglimctl help [COMMAND]

            Prints the help of the command, or the list of commands.
            """,
        operands: .choice(commands.map { "\($0.name)" }),
        run: { arguments, messages in
            guard let name = arguments.operands.first?.text else {
                try StandardOutput.write(program.help)
                return .success
            }
            guard let command = program.subcommands.first(where: { "\($0.name)" == name }) else {
                return unknown(name, messages)
            }
            try StandardOutput.write(command.help)
            return .success
        })
}
