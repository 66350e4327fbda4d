import CommandLineTool
import DigestList
import Glibc

/// Runs the subcommand that the command line names.
///
/// - Returns: The program's exit status.
func runProgram() -> ExitStatus {
    let messages = Messages(of: "diglimctl")
    do {
        return try run(Array(programArguments.dropFirst()), messages)
    } catch {
        messages.failure(nil, error.text)
        return .failure
    }
}

private func run(
    _ arguments: [UnsafeMutablePointer<CChar>], _ messages: Messages
) throws(CommandError) -> ExitStatus {
    guard let first = arguments.first.map({ String(cString: $0) }) else {
        messages.failure(nil, "no command")
        messages.hint("Try 'diglimctl --help'.")
        return .usage
    }
    switch first {
    case "--help", "help":
        return try help(on: arguments.dropFirst().first.map { String(cString: $0) }, messages)
    case "--version":
        try StandardOutput.write("diglimctl \(diglimVersion)\n")
        return .success
    default:
        guard let command = commands.first(where: { "\($0.name)" == first }) else {
            return unknown(first, messages)
        }
        return try command.perform(
            arguments, invocation: "diglimctl \(command.name)", messages)
    }
}

private func help(on name: String?, _ messages: Messages) throws(CommandError) -> ExitStatus {
    guard let name else {
        try StandardOutput.write(overview)
        return .success
    }
    guard let command = commands.first(where: { "\($0.name)" == name }) else {
        return unknown(name, messages)
    }
    try StandardOutput.write("\(command.usage)\n")
    return .success
}

private func unknown(_ name: String, _ messages: Messages) -> ExitStatus {
    let kind = name.hasPrefix("-") ? "option" : "command"
    messages.failure(nil, "unknown \(kind) '\(printable(name.utf8))'")
    messages.hint("Try 'diglimctl --help'.")
    return .usage
}

private var overview: String {
    var text = """
        Usage: diglimctl COMMAND [OPTION]... [ARGUMENT]...
               diglimctl help COMMAND
               diglimctl --version

        Makes, signs, verifies and shows digest lists for DIGLIM, and what is loaded.

        Commands:

        """
    for command in commands {
        text += "  \(columns: "\(command.name)", width: 10)  \(command.summary)\n"
    }
    return text + """

        Exit status: 0 all went well, 1 something failed, 2 wrong usage.

        """
}
