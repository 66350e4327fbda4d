import CLinux
import LinuxFiles
import StaticProgram

/// The service manager that has started the program, if one has: `sd_notify(3)`'s protocol.
struct ServiceManager {
    /// The socket, for as long as the program runs; negative without a manager.
    private let socket: Int32
    private var address = sockaddr_un()
    private var addressSize: socklen_t = 0
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

    /// Tells the manager something; a manager that does not listen is no reason to stop.
    ///
    /// - Parameter assignments: Lines of the form `VARIABLE=value`.
    func tell(_ assignments: Message) {
        guard socket >= 0 else { return }
        var address = address
        assignments.bytes.withUnsafeBytes { bytes in
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    _ = sendto(
                        socket, bytes.baseAddress, bytes.count,
                        Int32(MSG_NOSIGNAL), pointer, addressSize)
                }
            }
        }
    }
}
