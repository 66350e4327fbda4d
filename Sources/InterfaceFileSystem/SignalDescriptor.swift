import CFUSE
import CLinux
import LinuxFiles

/// A descriptor that becomes readable when a signal asks the program to end.
///
/// The signals are blocked from here on, so that none falls between a look and a wait.
struct SignalDescriptor: ~Copyable {
    /// The descriptor to wait on.
    let descriptor: Int32

    /// Blocks the signals.
    ///
    /// - Throws: The errno.
    init() throws(InterfaceError) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        sigprocmask(SIG_BLOCK, &signals, nil)
        descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else { throw .system(.current) }
    }

    deinit { close(descriptor) }

    /// Takes a signal that has come.
    ///
    /// - Returns: `nil` where none has.
    func take() -> Int32? {
        var signal = signalfd_siginfo()
        let size = read(descriptor, &signal, MemoryLayout.size(ofValue: signal))
        return size == MemoryLayout.size(ofValue: signal) ? Int32(signal.ssi_signo) : nil
    }
}
