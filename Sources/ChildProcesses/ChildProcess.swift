import CLinux
import LinuxFiles

/// A process that this one has started.
public struct ChildProcess {
    private let identifier: pid_t

    /// Starts a program.
    ///
    /// Its environment is empty, and no signal is held back from it.
    ///
    /// - Parameters:
    ///   - path: The program's path.
    ///   - arguments: The arguments after the program's name.
    ///   - descriptor: A descriptor that it gets; `nil` for the standard ones alone.
    ///   - number: Which number that has there.
    /// - Throws: ``Errno`` of `posix_spawn(3)`.
    public init(
        path: UnsafePointer<CChar>, arguments: [UnsafePointer<CChar>],
        passing descriptor: Int32? = nil, as number: Int32 = 3
    ) throws(Errno) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var vector = ([path] + arguments).map { Optional(UnsafeMutablePointer(mutating: $0)) }
        vector.append(nil)
        var environment: UnsafeMutablePointer<CChar>?
        var process: pid_t = 0
        let error = posix_spawn(&process, path, &actions, &attributes, &vector, &environment)
        guard error == 0 else { throw Errno(rawValue: error) }
        identifier = process
    }

    /// The path of a program in this one's directory, as that was started.
    ///
    /// - Parameter name: The program's name.
    public static func path(beside name: StaticString) -> [CChar] {
        path(beside: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// The path of a program in this one's directory, as that was started.
    ///
    /// - Parameter name: The program's name.
    public static func path(beside name: some Sequence<UInt8>) -> [CChar] {
        let own = clinux_program_path().map { bytes(of: $0) } ?? .init(start: nil, count: 0)
        let directory = own.prefix(own.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)
        return (Array(directory) + Array(name)).map { CChar(bitPattern: $0) } + [0]
    }

    /// Sends a signal.
    ///
    /// - Parameter signal: The signal's number.
    public func send(_ signal: Int32) { kill(identifier, signal) }

    /// Takes note of the process's end.
    ///
    /// - Returns: The exit status, or the negative number of the signal that ended it; `nil` where
    ///   it is still at work.
    public func end() -> Int32? {
        var status: Int32 = 0
        guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
        return clinux_exit_status(status)
    }
}
