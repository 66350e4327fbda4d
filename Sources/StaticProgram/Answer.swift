import CLinux
import DigestList

/// What is answered to a command line that asks for no work.
public enum Answer: Error {
    /// The usage, which was asked for.
    case help
    /// The version, which was asked for.
    case version
    /// What is wrong with the command line.
    case wrong(Message)

    /// Gives the answer.
    ///
    /// - Parameters:
    ///   - program: The program's name.
    ///   - help: What it says of its usage.
    ///   - log: Where it is told what is wrong.
    /// - Returns: The program's exit status.
    public func give(by program: StaticString, help: StaticString, log: Log) -> Int32 {
        switch self {
        case .help:
            Message(help).write(to: STDOUT_FILENO)
            return ExitStatus.success
        case .version:
            (Message(program) + " " + Message(diglimVersion) + "\n").write(to: STDOUT_FILENO)
            return ExitStatus.success
        case .wrong(let reason):
            log.write(reason + " (see " + Message(program) + " --help)", .error)
            return ExitStatus.usage
        }
    }
}

/// How a program ends.
public enum ExitStatus {
    /// All is well.
    public static let success: Int32 = 0
    /// Something failed.
    public static let failure: Int32 = 1
    /// The command line makes no sense.
    public static let usage: Int32 = 2
    /// There is no DIGLIM interface.
    public static let noInterface: Int32 = 3
}
