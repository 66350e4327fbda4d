import BlackBox
import Foundation

/// A terminal with a shell that looks for completions where `make install` puts them, and stand-ins
/// for the programs that tell how they were called.
struct CompletionTerminal {
    /// Where bash-completion is, which loads what is installed.
    static let bashCompletion = "/usr/share/bash-completion/bash_completion"

    private let shell: CompletionShell
    private let directory: TemporaryDirectory

    /// Installs everything.
    ///
    /// - Parameter shell: The shell.
    init(_ shell: CompletionShell) throws {
        self.shell = shell
        directory = try TemporaryDirectory()
        try WorkTree.install(in: directory.path("root"))
        try directory.makeDirectory("bin")
        try directory.makeDirectory("work/subdir")
        _ = try directory.write("", to: "work/a file")
        let program = try directory.write(
            "#!/bin/sh\necho \"$*\" >\"$CALLED\"\n", to: "bin/diglimctl")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    }

    /// Types a command line.
    ///
    /// - Parameter keys: The keys.
    /// - Returns: The arguments that the program got, without what shells do differently: a sign
    ///   between an option and its argument, and a slash behind a directory.
    func type(_ keys: String) throws -> String {
        let keys = try directory.write("\(setUp)\n\(keys)\nexit\n", to: "keys")
        let script = "script --quiet --command '\(shell) \(options)' /dev/null <'\(keys)'"
        var command = Command("sh", ["-c", script])
        command.workingDirectory = directory.path("work")
        command.environment = inherited(adding: [
            "CALLED": directory.path("called"), "HOME": directory.path, "TERM": "dumb",
            "PATH": "\(directory.path("bin")):/usr/bin:/bin",
            "XDG_DATA_DIRS": directory.path("root/usr/share"),
        ])
        let outcome = try command.run()
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.output) }
        return String(decoding: try directory.bytes(of: "called"), as: UTF8.self)
            .replacing("=", with: " ").replacing("/", with: "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var options: String {
        switch shell {
        case .bash: "--norc --noprofile -i"
        case .zsh: "-f -i"
        case .fish: "-i"
        }
    }

    private var setUp: String {
        switch shell {
        case .bash: "source \(Self.bashCompletion)"
        case .zsh:
            """
            fpath=('\(directory.path)'/root/usr/share/zsh/*-*(/) $fpath)
            autoload -U compinit; compinit -u -D
            """
        case .fish: ""
        }
    }
}
