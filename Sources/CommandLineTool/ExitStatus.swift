/// What the program's exit status says.
public enum ExitStatus: Int32 {
    /// All went well.
    case success = 0
    /// Something failed, and standard error says what.
    case failure = 1
    /// The command line makes no sense.
    case usage = 2
}
