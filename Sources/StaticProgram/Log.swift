import CLinux
import LinuxFiles

/// Where the lines for people go: the standard error, which may lead to the journal, and where the
/// kernel has started the program without one, the kernel's log or else the console.
public struct Log {
    private enum Target { case standardError, journal, kernelLog, console, nowhere }
    private let program: StaticString
    private let target: Target
    private let descriptor: Int32

    /// What the kernel's log takes as one record, in bytes; it refuses a longer one whole.
    private static let longestRecord = 900

    /// Severities of the kernel's log, `KERN_*` of `<linux/kern_levels.h>`, and of the journal,
    /// `SD_*` of `<systemd/sd-daemon.h>`, which writes them the same way.
    public enum Severity: UInt8 {
        /// Something failed.
        case error = 3
        /// Something may be missing.
        case warning = 4
        /// All is as it should be.
        case info = 6
    }

    /// Finds where lines can go, and fills the places of closed standard descriptors, so that no
    /// file gets one of their numbers and with it what is meant for people.
    ///
    /// - Parameter program: The program's name, with which each line begins.
    public init(of program: StaticString) {
        self.program = program
        let hasStandardError = clinux_descriptor_flags(STDERR_FILENO) >= 0
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where clinux_descriptor_flags(descriptor) < 0 {
            guard clinux_open_placeholder() == descriptor else { _exit(1) }
        }
        // A reader that has gone away, a limit or a timer is no reason to leave work undone.
        clinux_ignore_inherited_signals()
        if hasStandardError {
            target = clinux_leads_to_journal(STDERR_FILENO) ? .journal : .standardError
            descriptor = STDERR_FILENO
        } else {
            (target, descriptor) = Self.openKernelLog()
        }
    }

    private static func openKernelLog() -> (Target, Int32) {
        if let log = open("/dev/kmsg", major: 1, minor: 11) { return (.kernelLog, log) }
        if let console = open("/dev/console", major: 5, minor: 1) { return (.console, console) }
        return (.nowhere, -1)
    }

    /// Opens a device for writing, but nothing that somebody has put in its place.
    private static func open(_ path: StaticString, major: UInt, minor: UInt) -> Int32? {
        let descriptor = clinux_open_device(path.cString)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0,
            Int32(truncatingIfNeeded: status.st_mode) & S_IFMT == S_IFCHR,
            status.st_rdev == major << 8 | minor
        else {
            close(descriptor)
            return nil
        }
        clinux_set_blocking(descriptor)
        return descriptor
    }

    /// Writes one line.
    ///
    /// - Parameters:
    ///   - message: The line's text.
    ///   - severity: How grave it is.
    public func write(_ message: Message, _ severity: Severity) {
        if case .nowhere = target { return }
        let hasPriority = target == .kernelLog || target == .journal
        let digit = Message(bytes: [UInt8(ascii: "0") + severity.rawValue])
        var line = (hasPriority ? "<" + digit + ">" : "") + Message(program) + ": " + message
        if target == .kernelLog { line.shorten(to: Self.longestRecord) }
        line.add("\n")
        line.write(to: descriptor)
    }
}

extension Message {
    /// Writes the text to a descriptor; there is nobody to tell where that fails.
    ///
    /// - Parameter descriptor: The descriptor.
    public func write(to descriptor: Int32) {
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
