import CLinux

/// Lets a run end after the list in hand when a signal asks it to.
enum Interruption {
    nonisolated(unsafe) private static var flag: Int32 = 0

    /// Has `SIGTERM` and `SIGINT` noted from now on.
    static func begin() {
        signal(SIGTERM) { _ in Interruption.flag = 1 }
        signal(SIGINT) { _ in Interruption.flag = 1 }
    }

    /// Whether the program has been asked to end.
    static var isRequested: Bool { withUnsafePointer(to: &flag) { clinux_load($0) } != 0 }
}
