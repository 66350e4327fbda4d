/// A shell that completes command lines.
enum Shell: String, CaseIterable {
    case bash
    case zsh
    case fish

    /// The script by which the shell completes a program's command lines.
    ///
    /// - Parameter program: The program.
    func completion(of program: Command) -> String {
        let text =
            switch self {
            case .bash: BashCompletion.script(for: program)
            case .zsh: ZshCompletion.script(for: program)
            case .fish: FishCompletion.script(for: program)
            }
        return text + "\n"
    }

    /// The comment that tells where a script comes from.
    ///
    /// - Parameter program: The program.
    func origin(_ program: Command) -> String {
        "# Made by '\(program.name) --completion \(self)', of the options that there are."
    }
}
