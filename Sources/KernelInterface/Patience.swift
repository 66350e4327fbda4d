import LinuxFiles

/// How long to wait for an interface that somebody else has open.
///
/// The time runs from the first refusal since the interface was free. Once it has run out, there
/// is no more waiting until the interface was free again: a whole directory of lists waits as long
/// as one.
struct Patience {
    private let limit: UInt64
    private var start: UInt64?
    private var pause = Self.shortestPause

    private static let shortestPause: UInt64 = 100_000
    /// Short enough to find the pause between two turns of somebody else.
    static let longestPause: UInt64 = 4_000_000

    /// Begins with all patience.
    ///
    /// - Parameter seconds: How long to wait at the most.
    init(seconds: UInt32) { limit = UInt64(seconds) * Clock.second }

    /// Takes note that the interface was free.
    mutating func reset() {
        start = nil
        pause = Self.shortestPause
    }

    /// Sleeps a little, longer each time.
    ///
    /// - Returns: `false`, without having slept, where the time has run out.
    mutating func wait() -> Bool {
        let now = Clock.now
        let start = self.start ?? now
        self.start = start
        guard now - start < limit else { return false }
        Clock.sleep(nanoseconds: min(pause, limit - (now - start)))
        pause = min(2 * pause, Self.longestPause)
        return true
    }
}
