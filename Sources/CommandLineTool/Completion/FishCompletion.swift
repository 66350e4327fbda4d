/// Completion for fish: a line for each option, with the condition under which it is there.
enum FishCompletion {
    /// The script for a program.
    ///
    /// - Parameter program: The program.
    static func script(for program: Command) -> String {
        let complete = "complete --command \(program.name)"
        let start = [
            "# fish completion for \(program.name)", Shell.fish.origin(program), "",
            "\(complete) --no-files",
        ]
        if program.subcommands.isEmpty {
            return (start + lines(for: program, complete)).joined(separator: "\n")
        }
        let first = "\(complete) --condition __fish_use_subcommand"
        let names = program.subcommands.map {
            "\(first) --arguments \($0.name) --description \(quoted("\($0.summary)"))"
        }
        let rest = program.subcommands.flatMap {
            lines(
                for: $0, "\(complete) --condition 'contains \($0.name) (commandline -opc)[2]'")
        }
        return (start + lines(for: program, first) + names + rest).joined(separator: "\n")
    }

    private static func lines(for command: Command, _ complete: String) -> [String] {
        let options = command.allOptions.map { option in
            let argument = option.argument.map { parameter(of: $0.kind) }
            return "\(complete) --long-option \(option.name)\(argument ?? "")"
                + " --description \(quoted(option.summary))"
        }
        return options + (command.operands.map { ["\(complete)\(action(for: $0))"] } ?? [])
    }

    private static func parameter(of kind: ArgumentKind) -> String {
        switch kind {
        case .file, .key: " --require-parameter\(action(for: kind))"
        case .text, .directory, .choice: " --exclusive\(action(for: kind))"
        }
    }

    private static func action(for kind: ArgumentKind) -> String {
        switch kind {
        case .text: ""
        case .file: " --force-files"
        case .directory: " --arguments '(__fish_complete_directories)'"
        case .key: " --force-files --arguments 'pkcs11:'"
        case .choice(let words): " --arguments '\(words.joined(separator: " "))'"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}
