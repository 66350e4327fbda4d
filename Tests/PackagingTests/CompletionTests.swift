import BlackBox
import Foundation
import Testing

/// The shells complete the options that there are.
@Suite(.needs(.diglimctl, .mkparserList, .enforcer))
struct CompletionTests {
    private static let programs = [Program.diglimctl, .mkparserList, .emulator, .enforcer]

    private static func isInstalled(_ shell: CompletionShell) -> Bool {
        (try? runProgram(shell.rawValue, ["-c", "exit"]))?.status == 0
    }

    private static let shells = CompletionShell.allCases.filter(isInstalled)

    @Test("All shells are here", .needsInstalled("bash", "zsh", "fish"))
    func allShells() { #expect(Self.shells.count == 3) }

    @Test("Each option of the help is one", arguments: programs)
    func parser(_ program: Program) throws {
        for command in try HelpedCommand.all(of: program) {
            #expect(command.options["--help"] == false)
            for (option, takesArgument) in command.options {
                let arguments =
                    command.words + [option] + (takesArgument ? ["x"] : []) + ["--help"]
                let outcome = try runProgram(program.path, arguments)
                #expect(outcome.output.hasPrefix("Usage: "), "\(arguments)")
                #expect(outcome.errors == "", "\(arguments)")
            }
        }
    }

    @Test("The options offered are those of the help", arguments: shells, programs)
    func options(_ shell: CompletionShell, _ program: Program) throws {
        for command in try HelpedCommand.all(of: program) {
            let words = [program.rawValue] + command.words + ["--"]
            let offered = try shell.offers(words, of: program).filter { $0.hasPrefix("--") }
            #expect(offered == Set(command.options.keys), "\(words)")
        }
    }

    @Test("The commands offered are those of the help", arguments: shells)
    func commands(_ shell: CompletionShell) throws {
        let commands = try HelpedCommand.all(of: .diglimctl)[0].commands
        #expect(commands.count > 10)
        if shell == .zsh { return }
        #expect(try shell.offers(["diglimctl", ""], of: .diglimctl) == Set(commands))
        #expect(
            try shell.offers(["diglimctl", "help", ""], of: .diglimctl)
                == Set(commands).subtracting(["help"]))
        #expect(try shell.offers(["diglimctl", "up"], of: .diglimctl) == ["upload"])
    }

    @Test("Each shell reads its script, which warns of nothing", arguments: shells, programs)
    func syntax(_ shell: CompletionShell, _ program: Program) throws {
        let directory = try TemporaryDirectory()
        let outcome = try runProgram(shell.rawValue, ["-n", shell.write(program, to: directory)])
        #expect(outcome.status == 0)
        #expect(outcome.output + outcome.errors == "")
    }

    @Test("Unknown shells are named")
    func unknownShell() throws {
        for program in Self.programs {
            let outcome = try runProgram(program.path, ["--completion", "csh"])
            #expect(outcome.status == 2)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("there are bash, zsh and fish"))
        }
    }

    @Test("What an option takes is offered after it", arguments: shells.filter { $0 != .zsh })
    func arguments(_ shell: CompletionShell) throws {
        let work = try TemporaryDirectory()
        try work.makeDirectory("dir")
        _ = try work.write("", to: "file")
        func offers(_ words: String...) throws -> Set<String> {
            let program = try #require(Program(rawValue: words[0]))
            return try shell.offers(words, of: program, in: work.path)
        }
        // readline itself completes file names.
        let (files, directories, nothing): (Set<String>, Set<String>, Set<String>) =
            shell == .bash
            ? (["-o default"], ["-o dirnames"], []) : (["dir/", "file"], ["dir/"], [])
        #expect(try offers("diglimctl", "show", "--abi", "") == ["v2", "v3"])
        #expect(
            try offers("diglimctl", "sign", "--hash", "")
                == ["sha224", "sha256", "sha384", "sha512"])
        #expect(try offers("diglimctl", "compact", "--algorithm", "sha3") == ["sha384"])
        #expect(
            try offers("diglimctl", "compact", "--type", "") == ["file", "parser", "metadata"])
        #expect(try offers("diglimctl", "--completion", "") == ["bash", "zsh", "fish"])
        #expect(try offers("diglimctl", "generate", "--output", "") == directories)
        #expect(try offers("diglimctl", "verify", "--keyring", "") == files)
        #expect(try offers("diglimctl", "verify", "") == files)
        #expect(try offers("diglimctl", "generate", "--position", "") == nothing)
        #expect(try offers("diglimctl", "list", "") == nothing)
        #expect(try offers("diglimctl", "status", "") == nothing)
        #expect(try offers("diglimctl", "sign", "--key", "pk").contains("pkcs11:"))
        #expect(try offers("diglim-emulator", "") == directories)
        #expect(try offers("diglim-enforcer", "--mode", "") == ["audit", "enforce"])
        #expect(try offers("diglim-enforcer", "--keys", "") == directories)
    }

    @Test(
        "Installed where each shell looks, and typed on a terminal", .needsBuiltTree,
        .needsInstalled("script"), .enabled(if: hasBashCompletion, "no bash-completion here"),
        arguments: shells)
    func installed(_ shell: CompletionShell) throws {
        let terminal = try CompletionTerminal(shell)
        #expect(
            try terminal.type("diglimctl gen\t--out\tsub\t --pru\t")
                == "generate --output subdir --prune")
        #expect(try terminal.type("diglimctl show --abi=v\t2 a\t") == "show --abi v2 a file")
    }

    private static let hasBashCompletion = FileManager.default.fileExists(
        atPath: CompletionTerminal.bashCompletion)
}
