import CLinux

/// The monotonic clock, and the one of files.
public enum Clock {
    /// The time that a file would get which changes now, in nanoseconds since the Epoch.
    public static var ofFiles: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return time.nanoseconds
    }

    /// The time since some moment in the past, in nanoseconds.
    public static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * second + UInt64(time.tv_nsec)
    }

    /// A second, in nanoseconds.
    public static let second: UInt64 = 1_000_000_000

    /// Sleeps, or less where a signal arrives.
    ///
    /// - Parameter nanoseconds: For how long.
    public static func sleep(nanoseconds: UInt64) {
        var time = timespec(
            tv_sec: Int(nanoseconds / second), tv_nsec: Int(nanoseconds % second))
        nanosleep(&time, nil)
    }
}
