import BlackBox
import Foundation

/// A shell that has loaded what completes the programs' command lines.
enum CompletionShell: String, CaseIterable {
    case bash
    case zsh
    case fish

    /// The name of a program's script, as the shell looks for it.
    ///
    /// - Parameter program: The program.
    func scriptName(for program: Program) -> String {
        switch self {
        case .bash: program.rawValue
        case .zsh: "_\(program.rawValue)"
        case .fish: "\(program.rawValue).fish"
        }
    }

    /// Writes the program's script as the program prints it.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - directory: Where it goes.
    /// - Returns: The script's path.
    func write(_ program: Program, to directory: TemporaryDirectory) throws -> String {
        try directory.write(
            output(of: program.path, "--completion", rawValue), to: scriptName(for: program))
    }

    /// What the shell offers for the last word of a command line.
    ///
    /// - Parameters:
    ///   - words: The words, the program's name included.
    ///   - program: The program.
    ///   - work: The working directory.
    /// - Returns: The words offered; for zsh, which has no way to ask, the options alone.
    func offers(
        _ words: [String], of program: Program, in work: String? = nil
    ) throws -> Set<String> {
        let directory = try TemporaryDirectory()
        let script = try write(program, to: directory)
        var command = Command(rawValue, arguments(script, words))
        command.environment = inherited(adding: [
            "HOME": directory.path, "LC_ALL": "C.UTF-8",
            "PATH": "\(Program.folder ?? ""):/usr/bin:/bin",
        ])
        command.workingDirectory = work ?? directory.path
        let outcome = try command.run()
        guard outcome.status == 0, outcome.errors.isEmpty else {
            throw BuildFailure(log: outcome.errors)
        }
        return Set(outcome.output.split(separator: "\n").map(offer))
    }

    private func arguments(_ script: String, _ words: [String]) -> [String] {
        switch self {
        case .bash: ["--norc", "-c", Self.bashQuery, script] + words
        case .zsh: ["-f", "-c", Self.zshQuery, script] + words.dropFirst().dropLast()
        case .fish: ["--no-config", "-c", Self.fishQuery, script, words.joined(separator: " ")]
        }
    }

    /// A line is a word and, for some shells, what it means.
    private func offer(_ line: Substring) -> String {
        switch self {
        case .bash: String(line)
        case .zsh: line.firstMatch(of: /^\*?(--[a-z-]+)/).map { String($0.1) } ?? ""
        case .fish: line.split(separator: "\t").first.map(String.init) ?? ""
        }
    }

    /// Only readline has `compopt`.
    private static let bashQuery = """
        source "$0"
        compopt() { echo "$@"; }
        function=$(complete -p "$1") function=${function#*-F }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        ${function% *}
        printf '%s\\n' "${COMPREPLY[@]}"
        """

    /// Only its line editor has `_arguments`; this one prints what it is given.
    private static let zshQuery = """
        command=$1
        _arguments() {
            [[ $1 != -C || -z $command ]] || { state=argument line=($command); return }
            print -l -- "$@"
        }
        _describe() { }
        source "$0"
        """

    private static let fishQuery = """
        set fish_complete_path (dirname $argv[1])
        complete --do-complete $argv[2]
        """
}
