import Glibc
import Synchronization

/// The number of the signal that came last; at file scope, where a signal handler reaches it.
private let received = Atomic<Int32>(0)

/// Lets work that would leave something behind end in good order when a signal asks it to.
public enum Interruption {
    /// The signals that ask a program to end.
    private static let signals = [SIGHUP, SIGINT, SIGTERM]

    /// Has signals noted from now on, instead of ending the program at once.
    public static func begin() {
        for number in signals {
            var action = sigaction()
            sigaction(number, nil, &action)
            // nohup and background jobs have a signal ignored, and it stays so.
            if isIgnored(action) { continue }
            // Without SA_RESTART, so that a signal also ends waiting for a lock.
            action = sigaction()
            action.__sigaction_handler.sa_handler = { received.store($0, ordering: .relaxed) }
            sigaction(number, &action, nil)
        }
    }

    /// Whether the program has been asked to end.
    public static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// Ends the program in the way that the signal asked for, if one came.
    public static func end() {
        let number = received.load(ordering: .relaxed)
        guard number != 0 else { return }
        signal(number, SIG_DFL)
        raise(number)
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        guard let handler = action.__sigaction_handler.sa_handler else { return false }
        return unsafeBitCast(handler, to: Int.self) == 1
    }
}

/// Does what has to take away its traces when a signal asks the program to end.
///
/// - Parameters:
///   - messages: What tells an error where the signal then ends the program.
///   - body: What it does; all of its traces are gone when it returns.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
public func inGoodOrder<Result>(
    _ messages: Messages, _ body: () throws(CommandError) -> Result
) throws(CommandError) -> Result {
    Interruption.begin()
    defer { Interruption.end() }
    do { return try body() } catch {
        if Interruption.isRequested { messages.failure(nil, error.text) }
        throw error
    }
}
