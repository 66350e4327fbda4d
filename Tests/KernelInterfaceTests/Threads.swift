import Foundation

/// Runs something beside everything else.
func startThread(_ body: @escaping @Sendable () -> Void) { Thread.detachNewThread(body) }

/// Waits until there is something to read, or for a little while.
func waitForBytes(_ descriptor: Int32) {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&wanted, 1, 20)
}
