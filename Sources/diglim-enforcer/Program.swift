import CBPF
import CSystemd
import CommandLineTool
import DigestList
import EnforcerProgram
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// The program: from the command line to an interface that decides.
enum Program {
    /// Serves an interface, or has the enforcer that serves it change its mode.
    static func run(_ options: Options, _ messages: Messages) throws(CommandError) -> ExitStatus {
        if Server.isServed(options.mountpoint) {
            guard let mode = options.mode else {
                throw CommandError("\(options.mountpoint.text): an enforcer serves it already")
            }
            try change(to: ModeRequest(mode, for: options.duration), options, messages)
        } else {
            try Server(options, messages).serve()
        }
        return .success
    }

    /// Changes the mode of the enforcer that runs.
    private static func change(
        to request: ModeRequest, _ options: Options, _ messages: Messages
    ) throws(CommandError) {
        let path = options.mountpoint.appending(EnforcementFile.name)
        guard try !readVirtualFile(path).starts(with: EnforcementFile.dryRun.utf8) else {
            throw CommandError(
                "\(options.mountpoint.text): what serves it is a dry run, which has no mode")
        }
        let pins = try Pins()
        guard let control = pins.predecessorControl() else {
            throw CommandError("the enforcer that runs is of another version: restart it")
        }
        if request.mode == .enforce {
            try checkCommandLine()
            let table = try pins.openPredecessorTable()
            defer { close(table) }
            try checkReadiness(table, try control.hashAlgorithm(), options, messages)
        }
        do {
            let file = try systemCall { path.withCString { open($0, O_WRONLY | O_CLOEXEC) } }
            defer { close(file) }
            try writeAll(Array(request.text.utf8), to: file)
        } catch {
            throw CommandError("\(path.text): \(error.text)")
        }
    }

    /// The way back from the boot menu.
    static func checkCommandLine() throws(CommandError) {
        guard !commandLineWantsAudit() else {
            throw CommandError(
                "nothing is enforced: the kernel's command line has diglim.mode=audit")
        }
    }

    /// Makes sure that what runs would go on.
    static func checkReadiness(
        _ table: Int32, _ algorithm: HashAlgorithm, _ options: Options, _ messages: Messages
    ) throws(CommandError) {
        if options.force { return }
        let readiness = try Readiness(table: table, algorithm, messages)
        if readiness.refused.isEmpty { return }
        for file in readiness.refused {
            messages.failure(file.path.text, "would be refused: \(file.reason)")
        }
        throw CommandError(
            "not enforcing: \(readiness.refused.count) of \(readiness.count) files that run now "
                + "would be refused; --force enforces all the same")
    }
}

extension enforcer_control {
    /// IMA's hash.
    func hashAlgorithm() throws(CommandError) -> HashAlgorithm {
        guard let algorithm = HashAlgorithm(rawValue: UInt16(truncatingIfNeeded: algorithm)) else {
            throw CommandError("the enforcer that runs has an unknown hash algorithm")
        }
        return algorithm
    }
}
