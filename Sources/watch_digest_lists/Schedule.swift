/// When the next batch begins.
///
/// All times are of the monotonic clock, in nanoseconds.
struct Schedule {
    /// How long nothing has to happen before a batch begins, so that a package manager's
    /// transaction makes one.
    private static let quiet: UInt64 = 200_000_000
    /// How long a batch waits for that at the most.
    private static let longest: UInt64 = 2_000_000_000
    /// How often the batch of a worker that died is tried again.
    private static let retries = 3
    private static let second: UInt64 = 1_000_000_000

    /// When the next batch begins; `nil` while there is nothing to do.
    private(set) var due: UInt64?
    private var first: UInt64?
    private var deaths = 0

    /// Takes note of a change.
    ///
    /// - Parameter now: The time.
    mutating func gather(at now: UInt64) {
        let first = self.first ?? now
        self.first = first
        let time = min(now + Self.quiet, first + Self.longest)
        // What is to be tried again is not tried sooner.
        due = deaths > 0 ? max(due ?? 0, time) : time
    }

    /// Has a batch begin at once.
    ///
    /// - Parameter now: The time.
    mutating func begin(at now: UInt64) { due = now }

    /// Takes the batch that is due.
    ///
    /// - Parameter now: The time.
    /// - Returns: Whether one is.
    mutating func take(at now: UInt64) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        first = nil
        return true
    }

    /// Takes note of a batch that was done.
    mutating func succeed() { deaths = 0 }

    /// Takes note of a batch whose worker died.
    ///
    /// - Parameter now: The time.
    /// - Returns: How many seconds it is until the batch is tried again; `nil` where it is given up.
    mutating func retry(at now: UInt64) -> UInt64? {
        guard deaths < Self.retries else {
            deaths = 0
            return nil
        }
        // 1, 4 and 16 seconds.
        let pause = 1 << (2 * deaths) as UInt64
        deaths += 1
        due = now + pause * Self.second
        return pause
    }
}
