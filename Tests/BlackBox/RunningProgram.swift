import CSpawn
import Foundation
import Synchronization

/// A program that runs.
///
/// What it says goes to files in memory, so that it never waits for a reader, and it has no
/// descriptor but the standard ones.
public final class RunningProgram {
    private let command: Command
    private let output: MemoryFile
    private let errors: MemoryFile
    private let process: pid_t

    /// The number of the process.
    public var identifier: Int32 { process }

    private var status: Int32?

    init(_ command: Command) throws {
        self.command = command
        output = try MemoryFile()
        errors = try MemoryFile()
        process = try Self.spawn(command, output: output, errors: errors)
    }

    deinit {
        guard status == nil else { return }
        kill(-process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// Sends a signal.
    public func send(_ signal: Int32) {
        if status == nil { kill(process, signal) }
    }

    /// Whether the program has ended.
    public func hasEnded() -> Bool {
        var information = siginfo_t()
        return status != nil
            || waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT | WNOHANG) == 0
                && information._sifields._kill.si_pid != 0
    }

    /// Waits for the end.
    ///
    /// - Parameter seconds: For how long at the most, before the program counts as hanging.
    /// - Throws: ``CommandError`` for a program that hangs; it is ended then.
    public func outcome(within seconds: Double = 120) throws -> Outcome {
        if status == nil {
            let watchdog = Watchdog(over: process, seconds: seconds)
            status = wait(watchdog)
            guard !watchdog.hasBitten else {
                throw CommandError("\(command.program) \(command.arguments) hangs")
            }
        }
        return Outcome(status: status ?? 0, output: output.text, errors: errors.text)
    }

    /// Waits until the process is gone.
    ///
    /// - Returns: The exit status; negative is the number of a signal.
    private func wait(_ watchdog: Watchdog) -> Int32 {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0 {}
        // Only now may the number become that of somebody else's process.
        watchdog.callOff()
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    }
}

/// Held while a program starts.
///
/// Until it runs, it has open what the tests have open, and of the interface's files only one can
/// be open anywhere; so whoever opens one of them waits for the start of programs.
let programStart = Mutex(())

extension RunningProgram {
    private static func spawn(
        _ command: Command, output: borrowing MemoryFile, errors: borrowing MemoryFile
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        if let file = command.errorFile {
            posix_spawn_file_actions_addopen(&actions, 2, file, O_WRONLY, 0)
        } else {
            posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)
        }
        for descriptor in command.closed {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        if let directory = command.workingDirectory {
            posix_spawn_file_actions_addchdir_np(&actions, directory)
        }
        return try spawn(command, &actions)
    }

    private static func spawn(
        _ command: Command, _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        // A group of its own, to be ended with all that it starts.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // The threads that tests run in block signals, and a background job or nohup has
        // the tests ignore some; programs would inherit both.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var process: pid_t = 0
        let error = withCStrings([command.program] + command.arguments) { arguments in
            withEnvironment(of: command) { environment in
                programStart.withLock { _ in
                    posix_spawnp(
                        &process, command.program, &actions, &attributes, arguments,
                        environment)
                }
            }
        }
        guard error == 0 else {
            throw CommandError("\(command.program): \(String(cString: strerror(error)))")
        }
        return process
    }

    private static func withEnvironment<Result>(
        of command: Command, _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        guard let environment = command.environment else { return body(environ) }
        return withCStrings(environment) { body($0) }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}

/// A file that is nowhere, to be written by a program and read afterwards.
private struct MemoryFile: ~Copyable {
    let descriptor: Int32
    /// The corresponding C constant is `MFD_CLOEXEC`.
    private static let closeOnExec: UInt32 = 1

    init() throws {
        descriptor = memfd_create("output", Self.closeOnExec)
        guard descriptor >= 0 else { throw CommandError("memfd_create: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// All that has been written.
    var text: String {
        var status = stat()
        fstat(descriptor, &status)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}

/// Ends a process that takes too long.
private final class Watchdog: Sendable {
    private enum State { case waiting, calledOff, hasBitten }

    private let process: pid_t

    /// The number of the process.
    public var identifier: Int32 { process }

    private let state = Mutex(State.waiting)

    init(over process: pid_t, seconds: Double) {
        self.process = process
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
            self?.bite()
        }
    }

    private func bite() {
        state.withLock { state in
            guard state == .waiting else { return }
            kill(-process, SIGKILL)
            state = .hasBitten
        }
    }

    /// Lets the process be from now on.
    func callOff() {
        state.withLock { if $0 == .waiting { $0 = .calledOff } }
    }

    /// Whether the process was ended.
    var hasBitten: Bool { state.withLock { $0 == .hasBitten } }
}
