import Foundation

/// The socket on which a service manager hears of its services.
public final class NotifySocket {
    /// The address, as `NOTIFY_SOCKET` has it.
    public let address: String
    private let descriptor: Int32
    // Where the socket is, until the end of its life.
    private let directory: TemporaryDirectory

    /// Binds the socket.
    ///
    /// - Parameter isAbstract: Whether it has no place in the file system.
    public init(isAbstract: Bool = false) throws {
        directory = try TemporaryDirectory()
        address = (isAbstract ? "@" : "") + directory.path("notify")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        if isAbstract { path[0] = 0 }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard result == 0 else { throw CommandError("bind: \(errorName(errno))") }
    }

    deinit { close(descriptor) }

    /// Fills the socket up with pings of the watchdog, so that nobody else gets through.
    public func fill() {
        var name = sockaddr_un()
        var size = socklen_t(MemoryLayout<sockaddr_un>.size)
        withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &size)
            }
        }
        let ping = Array("WATCHDOG=1\n".utf8)
        // One sender alone may come to the end of its own buffer before.
        var sent = 1
        while sent > 0 {
            let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { close(sender) }
            sent = 0
            while true {
                let count = withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(sender, ping, ping.count, Int32(MSG_DONTWAIT), $0, size)
                    }
                }
                if count < 0 { break }
                sent += 1
            }
        }
    }

    /// Waits for the next message.
    ///
    /// - Parameter watchdog: Whether the watchdog's are wanted too.
    /// - Returns: The message as it came.
    public func next(watchdog: Bool = false) throws -> String {
        while true {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 60_000) == 1 else { throw CommandError("no message came") }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            let text = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
            if watchdog || text != "WATCHDOG=1\n" { return text }
        }
    }
}
