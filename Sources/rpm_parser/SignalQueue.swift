import CLinux
import LinuxFiles

/// The signals that the watching process lives by, taken one by one from a descriptor.
struct SignalQueue: ~Copyable {
    /// The descriptor, which can be read when a signal has come.
    let descriptor: FileDescriptor

    /// Holds the signals back from now on.
    ///
    /// - Throws: ``Errno`` of the call that fails.
    init() throws(Errno) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = try FileDescriptor(
            signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)))
    }

    /// Takes the next signal.
    ///
    /// - Returns: `nil` where there is none.
    func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        let count = read(descriptor.rawValue, &information, size)
        return count == size ? Int32(bitPattern: information.ssi_signo) : nil
    }
}

/// Lets a run end after the list in hand when a signal asks it to.
enum Interruption {
    nonisolated(unsafe) private static var flag: Int32 = 0

    /// Has `SIGTERM` and `SIGINT` noted from now on.
    static func begin() {
        signal(SIGTERM) { _ in Interruption.flag = 1 }
        signal(SIGINT) { _ in Interruption.flag = 1 }
    }

    /// Whether the program has been asked to end.
    static var isRequested: Bool { withUnsafePointer(to: &flag) { clinux_load($0) } != 0 }
}
