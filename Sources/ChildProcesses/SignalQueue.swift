import CLinux
import LinuxFiles

/// The signals that a program with child processes lives by, taken one by one from a descriptor.
public struct SignalQueue: ~Copyable {
    /// The descriptor, which can be read when a signal has come.
    public let descriptor: FileDescriptor

    /// Holds the signals back from now on: `SIGTERM`, `SIGINT`, `SIGHUP` and `SIGCHLD`.
    ///
    /// - Throws: ``Errno`` of the call that fails.
    public init() throws(Errno) {
        clinux_expect_children()
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = try FileDescriptor(
            signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)))
    }

    /// Takes the next signal.
    ///
    /// - Returns: The signal's number; `nil` where there is none.
    public func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        let count = read(descriptor.rawValue, &information, size)
        return count == size ? Int32(bitPattern: information.ssi_signo) : nil
    }
}
