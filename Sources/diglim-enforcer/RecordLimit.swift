/// Which refusals are told, so that nobody can fill the journal.
///
/// The same file at the same hook is told once in a minute, and all together no more than a
/// number of records, which comes back with time.
struct RecordLimit {
    private struct Subject: Hashable {
        let path: [UInt8]
        let digest: String?
        let hook: Refusal.Hook
        let isEnforced: Bool
    }

    private static let burst = 200
    private static let nanosecondsForOne: UInt64 = 50_000_000
    private static let silence: UInt64 = 60_000_000_000
    private static let maximumSubjects = 4096

    private var credit = burst
    private var lastCredit: UInt64
    private var told: [Subject: UInt64] = [:]
    private var omittedSinceLast: UInt64 = 0

    /// How many records were left out in all.
    private(set) var omitted: UInt64 = 0

    /// Creates a limit.
    ///
    /// - Parameter now: A time in nanoseconds, of a clock that is not set.
    init(now: UInt64) { lastCredit = now }

    /// Decides on a refusal.
    ///
    /// - Parameters:
    ///   - refusal: The refusal.
    ///   - now: The time in nanoseconds.
    /// - Returns: How many were left out before it; `nil` where it is left out itself.
    mutating func admit(_ refusal: Refusal, now: UInt64) -> UInt64? {
        let subject = Subject(
            path: refusal.path.bytes, digest: refusal.digest, hook: refusal.hook,
            isEnforced: refusal.isEnforced)
        if let last = told[subject], now - last < Self.silence { return leaveOut() }
        refill(now)
        guard credit > 0 else { return leaveOut() }
        credit -= 1
        if told.count >= Self.maximumSubjects {
            told = told.filter { now - $0.value < Self.silence }
            if told.count >= Self.maximumSubjects { told = [:] }
        }
        told[subject] = now
        defer { omittedSinceLast = 0 }
        return omittedSinceLast
    }

    /// Counts records for which there was no room in the ring.
    mutating func leaveOut(_ count: UInt64) {
        omitted += count
        omittedSinceLast += count
    }

    private mutating func leaveOut() -> UInt64? {
        leaveOut(1)
        return nil
    }

    private mutating func refill(_ now: UInt64) {
        let gained = (now - lastCredit) / Self.nanosecondsForOne
        guard gained > 0 else { return }
        lastCredit += gained * Self.nanosecondsForOne
        credit = min(Self.burst, credit + Int(min(gained, UInt64(Self.burst))))
    }
}
