/// Completion for zsh, by its `_arguments`.
enum ZshCompletion {
    /// The script for a program: the body of a function that is loaded when it is called.
    ///
    /// - Parameter program: The program.
    static func script(for program: Command) -> String {
        """
        #compdef \(program.name)
        \(Shell.zsh.origin(program))

        \(program.subcommands.isEmpty ? arguments(of: program) : dispatch(program))
        """
    }

    private static func dispatch(_ program: Command) -> String {
        let names = program.subcommands.map { "\t\(quoted("\($0.name):\($0.summary)"))" }
        let branches = program.subcommands.map { command in
            """
            	\(command.name))
            		\(arguments(of: command).replacing("\n", with: "\n\t\t"))
            		;;
            """
        }
        return """
            local context state state_descr line
            typeset -A opt_args
            local -a subcommands=(
            \(names.joined(separator: "\n"))
            )
            _arguments -C \\
            \(program.allOptions.map { "\t\(specification($0)) \\\n" }.joined())\
            	'1: :->command' '*:: :->argument'
            case $state in
            command)
            	_describe -t commands command subcommands
            	;;
            argument)
            	case $line[1] in
            \(branches.joined(separator: "\n"))
            	esac
            	;;
            esac
            """
    }

    private static func arguments(of command: Command) -> String {
        let operands = command.operands.map { ["'*:argument:\(action(for: $0))'"] } ?? []
        return (["_arguments"] + command.allOptions.map(specification) + operands)
            .joined(separator: " \\\n\t")
    }

    /// An option as `_arguments` wants it; one with an argument may be there more than once.
    private static func specification(_ option: CommandOption) -> String {
        let summary = escaped(option.summary)
        guard let argument = option.argument else {
            return quoted("--\(option.name)[\(summary)]")
        }
        return quoted(
            "*--\(option.name)=[\(summary)]:\(escaped(argument.name)):\(action(for: argument.kind))"
        )
    }

    private static func action(for kind: ArgumentKind) -> String {
        switch kind {
        case .text: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .key: "{ _files; compadd -S \"\" pkcs11\\: }"
        case .choice(let words): "(\(words.joined(separator: " ")))"
        }
    }

    private static func escaped(_ text: String) -> String {
        ["\\", "[", "]", ":"].reduce(text) { $0.replacing($1, with: "\\\($1)") }
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "'\\''"))'"
    }
}
