import CommandLineTool
import EnforcerProgram
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// The file `enforcement` beside DIGLIM's own: what is decided, and a way to have it changed.
final class EnforcementFile {
    /// The file's name.
    static let name = "enforcement"
    /// How it begins in a dry run.
    static let dryRun = "mode: none\n"

    /// What decides; `nil` for a dry run.
    private let programs: KernelPrograms?
    private let reader: RefusalReader?
    private let trustsSignatures: Bool
    private let messages: Messages
    private let start = time(of: CLOCK_REALTIME) / 1_000_000_000
    private var countBase = enforcer_counts()

    /// Creates the file.
    ///
    /// - Parameters:
    ///   - programs: What decides; `nil` for a dry run.
    ///   - reader: What tells of refusals.
    ///   - trustsSignatures: Whether only signed lists count.
    ///   - messages: What tells of changes of the mode.
    init(
        _ programs: KernelPrograms?, _ reader: RefusalReader?, _ trustsSignatures: Bool,
        _ messages: Messages
    ) {
        self.programs = programs
        self.reader = reader
        self.trustsSignatures = trustsSignatures
        self.messages = messages
    }

    /// The file for the interface's directory.
    var file: AdditionalFile {
        AdditionalFile(
            name: Self.name, mode: 0o600,
            content: { [self] () throws(InterfaceError) in try content() },
            write: { [self] (bytes, _) throws(InterfaceError) in .now(try write(bytes)) })
    }

    private func content() throws(InterfaceError) -> [UInt8] {
        var lines: [(String, String)] = []
        do throws(Errno) {
            lines =
                try programs.map { (programs) throws(Errno) in try state(of: programs) } ?? [
                    ("mode", "none"), ("since", "\(start)"),
                ]
        } catch {
            throw .system(error)
        }
        lines.append(("trust", trustsSignatures ? "signatures" : "unsigned"))
        if let programs {
            lines.append(("algorithm", "\(programs.digests.algorithm.name)"))
            lines.append(("digests", "\(programs.digests.count())"))
        }
        return Array(lines.map { "\($0): \($1)\n" }.joined().utf8)
    }

    private func state(of programs: KernelPrograms) throws(Errno) -> [(String, String)] {
        let control = try programs.control.value(enforcer_control())
        let counts = try programs.counts.value(enforcer_counts())
        var lines = [("mode", control.currentMode.rawValue), ("since", "\(start)")]
        if control.currentMode == .enforce, control.until != 0 {
            let rest = (control.until - min(control.until, bootTime())) / 1_000_000_000
            lines.append(("until", "\(time(of: CLOCK_REALTIME) / 1_000_000_000 + rest)"))
        }
        lines.append(("refused", "\(counts.refused)"))
        lines.append(("would refuse", "\(counts.would_refuse)"))
        lines.append(("unreported", "\(reader?.omitted ?? 0)"))
        return lines
    }

    private func write(_ bytes: [UInt8]) throws(InterfaceError) {
        guard let programs else { throw .notPermitted }
        guard let request = ModeRequest(bytes) else { throw .invalid }
        guard request.mode == .audit || !commandLineWantsAudit() else { throw .notPermitted }
        do {
            var control = try programs.control.value(enforcer_control())
            control.set(request.mode, for: request.duration)
            try programs.control.set(control)
        } catch {
            throw .system(error)
        }
        messages.notice(nil, "the mode is \(request.text) now")
    }
}

/// A mode that is asked for.
struct ModeRequest: Equatable {
    /// The mode.
    var mode: Mode
    /// For how many seconds; `nil` for ever.
    var duration: UInt64?

    /// The longest time that can be asked for, in seconds: 100 years.
    static let maximumDuration: UInt64 = 100 * 365 * 24 * 3600

    /// A request as it is made on the command line.
    init(_ mode: Mode, for duration: UInt64?) {
        self.mode = mode
        self.duration = duration
    }

    /// A request as it is written to the file: `audit`, `enforce` or `enforce SECONDS`.
    init?(_ bytes: [UInt8]) {
        var text = bytes[...]
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        let words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let mode = words.first.flatMap(Mode.init(rawValue:)) else { return nil }
        self.mode = mode
        switch (words.count, mode) {
        case (1, _): duration = nil
        case (2, .enforce):
            guard let seconds = UInt64(words[1]), (1...Self.maximumDuration).contains(seconds)
            else { return nil }
            duration = seconds
        default: return nil
        }
    }

    /// The request as it is written, and for people.
    var text: String { duration.map { "\(mode) \($0)" } ?? "\(mode)" }
}
