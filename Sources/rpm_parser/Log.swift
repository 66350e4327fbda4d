import CLinux
import LinuxFiles

/// Where the lines for people go: the standard error, and where the kernel has started the program
/// without one, the kernel's log or else the console.
struct Log: ~Copyable {
    private enum Target { case standardError, kernelLog, console, nowhere }
    private let target: Target
    private let descriptor: Int32

    /// What the kernel's log takes as one record, in bytes; it refuses a longer one whole.
    private static let longestRecord = 900

    /// Severities of the kernel's log, `KERN_*` of `<linux/kern_levels.h>`.
    enum Severity {
        case error, info

        fileprivate var prefix: StaticString {
            switch self {
            case .error: "<3>"
            case .info: "<6>"
            }
        }
    }

    /// Finds where lines can go, and fills the places of closed standard descriptors, so that no
    /// file gets one of their numbers and with it what is meant for people.
    init() {
        let hasStandardError = clinux_descriptor_flags(STDERR_FILENO) >= 0
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where clinux_descriptor_flags(descriptor) < 0 {
            guard clinux_open_placeholder() == descriptor else { _exit(1) }
        }
        // A reader that has gone away is no reason to leave lists behind.
        clinux_ignore_broken_pipes()
        if hasStandardError {
            (target, descriptor) = (.standardError, STDERR_FILENO)
        } else {
            (target, descriptor) = Self.openKernelLog()
        }
    }

    private static func openKernelLog() -> (Target, Int32) {
        let flags = O_WRONLY | O_NOCTTY | O_CLOEXEC
        let kernelLog = clinux_openat(AT_FDCWD, "/dev/kmsg", flags)
        if kernelLog >= 0 { return (.kernelLog, kernelLog) }
        let console = clinux_openat(AT_FDCWD, "/dev/console", flags)
        return console >= 0 ? (.console, console) : (.nowhere, -1)
    }

    /// Writes one line.
    ///
    /// - Parameters:
    ///   - message: The line's text.
    ///   - severity: How grave it is.
    func write(_ message: Message, _ severity: Severity) {
        if case .nowhere = target { return }
        var line = Message(target == .kernelLog ? severity.prefix : "")
        line.add("rpm_parser: ")
        line.add(message)
        if target == .kernelLog { line.shorten(to: Self.longestRecord) }
        line.add("\n")
        line.write(to: descriptor)
    }
}

extension Message {
    /// Writes the text to a descriptor; there is nobody to tell where that fails.
    func write(to descriptor: Int32) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let count = CLinux.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, Errno.current == .interrupted { continue }
                guard count > 0 else { return }
                rest = .init(rebasing: rest[count...])
            }
        }
    }
}
