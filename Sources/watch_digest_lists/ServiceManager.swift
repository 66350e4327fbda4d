import CLinux
import LinuxFiles
import StaticProgram

/// The service manager that has started the program, if one has: `sd_notify(3)`'s protocol.
struct ServiceManager {
    /// The socket, for as long as the program runs; negative without a manager.
    private let socket: Int32
    private var address = sockaddr_un()
    private var addressSize: socklen_t = 0
    /// The last state that the manager had no room for.
    private var unsent: Message?
    /// How often the manager wants to hear from the program, in nanoseconds; `nil` where it does
    /// not care.
    let watchdogInterval: UInt64?

    /// Finds the manager in the environment, as `NOTIFY_SOCKET` tells it.
    init() {
        watchdogInterval = Self.watchdogInterval
        guard let path = getenv("NOTIFY_SOCKET"), Self.isAddress(path) else {
            socket = -1
            return
        }
        socket = clinux_datagram_socket()
        address.sun_family = sa_family_t(AF_UNIX)
        let length = strlen(path)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: path, count: length))
            // An address without a place in the file system.
            if target[0] == UInt8(ascii: "@") { target[0] = 0 }
        }
        addressSize = socklen_t(MemoryLayout<sa_family_t>.size + length)
    }

    private static func isAddress(_ path: UnsafePointer<CChar>) -> Bool {
        let first = UInt8(bitPattern: path[0])
        return (first == UInt8(ascii: "/") || first == UInt8(ascii: "@"))
            && strlen(path) < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    }

    private static var watchdogInterval: UInt64? {
        guard let microseconds = number("WATCHDOG_USEC"), microseconds > 0 else { return nil }
        if let process = number("WATCHDOG_PID"), process != UInt64(getpid()) { return nil }
        // Half of what it allows.
        return min(microseconds, UInt64.max / 1000) * 500
    }

    private static func number(_ variable: StaticString) -> UInt64? {
        guard let text = getenv(variable.cString) else { return nil }
        return decimal(text)
    }

    /// Whether the manager has no room for what it was told last, so that it has to be told again.
    var isDeaf: Bool { unsent != nil }

    /// Tells the manager of a state; a manager that does not listen is no reason to stop or wait.
    ///
    /// - Parameter assignments: Lines of the form `VARIABLE=value`, which stand for all that the
    ///   manager was told before and has not heard.
    mutating func tell(_ assignments: Message) {
        unsent = send(assignments) ? nil : assignments
    }

    /// Tells the manager again what it had no room for.
    mutating func tellAgain() { if let unsent { tell(unsent) } }

    /// Tells the manager that the program is alive.
    ///
    /// - Returns: `false` where the manager has no room for it.
    func ping() -> Bool { send(Message("WATCHDOG=1\n")) }

    private func send(_ assignments: Message) -> Bool {
        guard socket >= 0 else { return true }
        var address = address
        let count = assignments.bytes.withUnsafeBytes { bytes in
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    sendto(
                        socket, bytes.baseAddress, bytes.count,
                        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), pointer, addressSize)
                }
            }
        }
        return count >= 0 || Errno.current != Errno(rawValue: EAGAIN)
    }
}
