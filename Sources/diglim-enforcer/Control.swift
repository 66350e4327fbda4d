import CLinux
import CommandLineTool
import DigestList
import EnforcerProgram
import LinuxFiles

/// What an enforcer does with what it would refuse.
enum Mode: String, Sendable {
    /// It says so.
    case audit
    /// It refuses it, and says so.
    case enforce
}

extension enforcer_control {
    /// A control by which nothing is refused.
    init(algorithm: HashAlgorithm) {
        self.init()
        layout = UInt32(ENFORCER_LAYOUT)
        self.algorithm = UInt32(algorithm.rawValue)
    }

    /// The mode that is set, whether its time is over or not.
    var wantedMode: Mode {
        mode == ENFORCER_ENFORCE.rawValue ? .enforce : .audit
    }

    /// The mode now.
    var currentMode: Mode { until != 0 && until <= bootTime() ? .audit : wantedMode }

    /// Names the maps that nobody else may write to.
    mutating func set(maps numbers: [UInt32]) {
        withUnsafeMutableBytes(of: &maps) { maps in
            for (index, number) in numbers.prefix(Int(ENFORCER_MAPS)).enumerated() {
                maps.storeBytes(of: number, toByteOffset: 4 * index, as: UInt32.self)
            }
        }
    }

    /// Sets the mode.
    ///
    /// - Parameters:
    ///   - mode: The mode.
    ///   - duration: For how many seconds; `nil` for ever.
    mutating func set(_ mode: Mode, for duration: UInt64?) {
        self.mode = mode == .enforce ? ENFORCER_ENFORCE.rawValue : ENFORCER_AUDIT.rawValue
        until = duration.map { bootTime() + $0 * 1_000_000_000 } ?? 0
    }
}

/// The time since the machine was started, in nanoseconds, as the programs know it.
func bootTime() -> UInt64 { time(of: CLOCK_BOOTTIME) }

/// A time, in nanoseconds.
func time(of clock: clockid_t) -> UInt64 {
    var now = timespec()
    clock_gettime(clock, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
