/// Completion for bash, which needs nothing but bash: readline itself completes file names.
enum BashCompletion {
    /// The script for a program.
    ///
    /// - Parameter program: The program.
    static func script(for program: Command) -> String {
        let function = "_" + "\(program.name)".replacing("-", with: "_")
        return """
            # bash completion for \(program.name)
            \(Shell.bash.origin(program))

            \(function)() {
            	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command words
            	if ((COMP_CWORD > 1)); then command=${COMP_WORDS[1]}; fi
            	# readline takes --NAME=VALUE apart.
            	if [[ $word == = ]]; then
            		word=
            	elif [[ $before == = ]]; then
            		before=${COMP_WORDS[COMP_CWORD - 2]}
            	fi
            	case $command in
            \(program.subcommands.map { branch("\($0.name)", for: $0) }.joined())\
            \(branch("*", for: program))\
            	esac
            	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
            }

            complete -F \(function) \(program.name)
            """
    }

    private static func branch(_ pattern: String, for command: Command) -> String {
        let options = command.allOptions
        let arguments = options.compactMap { option in
            option.argument.map { "\t\t--\(option.name)) \(action(for: $0.kind)) ;;\n" }
        }
        return """
            	\(pattern))
            		case $before in
            \(arguments.joined())\
            		*)
            			if [[ $word == -* ]]; then
            				words='\(options.map { "--\($0.name)" }.joined(separator: " "))'
            			else
            				\(action(for: operands(of: command)))
            			fi
            			;;
            		esac
            		;;

            """
    }

    private static func operands(of command: Command) -> ArgumentKind {
        if command.subcommands.isEmpty { return command.operands ?? .text }
        return .choice(command.subcommands.map { "\($0.name)" })
    }

    private static func action(for kind: ArgumentKind) -> String {
        switch kind {
        case .text: "return"
        case .file: "compopt -o default && return"
        case .directory: "compopt -o dirnames && return"
        case .key:
            "if [[ $word == pk* ]]; then words=pkcs11: && compopt -o nospace; "
                + "else compopt -o default && return; fi"
        case .choice(let words): "words='\(words.joined(separator: " "))'"
        }
    }
}
