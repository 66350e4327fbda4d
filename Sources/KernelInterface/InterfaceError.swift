import LinuxFiles

/// Why something at DIGLIM's interface failed.
public struct InterfaceError: Error, Equatable, Sendable {
    /// What was being done.
    public var step: Step
    /// The kernel's answer; `nil` where no system call failed.
    public var errno: Errno?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - step: What was being done.
    ///   - errno: The kernel's answer.
    public init(_ step: Step, _ errno: Errno? = nil) {
        self.step = step
        self.errno = errno
    }

    /// Makes system calls, and names the step in which they fail.
    static func at<Result: ~Copyable>(
        _ step: Step, _ body: @autoclosure () throws(Errno) -> Result
    ) throws(InterfaceError) -> Result {
        do throws(Errno) { return try body() } catch { throw InterfaceError(step, error) }
    }

    /// What can fail at the interface.
    public enum Step: Equatable, Sendable {
        case directory, notSecurityFS, unknownABI, busy
        case open, label, add, delete, query, shortWrite
        case list, read, tooLarge, malformed, unloadable, foreign, memory

        /// The failure in words; the kernel's answer follows where there is one.
        public var reason: StaticString {
            switch self {
            case .directory: "cannot open the interface's directory"
            case .notSecurityFS: "the interface's directory is not on securityfs"
            case .unknownABI: "neither digest_list_label nor digest_label in the directory"
            case .busy: "somebody else held the interface open all the time"
            case .open: "cannot open the interface's file"
            case .label: "the kernel does not take the label"
            case .add: "the kernel does not take the list"
            case .delete: "the kernel does not delete the list"
            case .query: "the kernel does not answer the query"
            case .shortWrite: "the kernel took only a part of the list"
            case .list: "cannot list what is loaded"
            case .read: "cannot read the loaded list back"
            case .tooLarge: "the loaded list is too large to be deleted"
            case .unloadable:
                "the kernel keeps an empty entry of the list, and takes it only after a restart"
            case .foreign:
                "the list is loaded under a label that somebody else writes, time and again"
            case .memory: "cannot allocate"
            case .malformed: "the interface's file does not read as expected"
            }
        }
    }
}
