import CLinux
import CRPMPlugin
import LinuxFiles

/// The trusted parser, which alone may write to the kernel's interface.
struct Parser {
    private let path: CString
    private let interface: CString?

    /// What the parser can be asked for.
    enum Operation {
        case add, delete, sync

        fileprivate var name: StaticString {
            switch self {
            case .add: "add"
            case .delete: "del"
            case .sync: "sync"
            }
        }
    }

    /// Finds the parser.
    ///
    /// - Parameter settings: Where it is, and its interface.
    init(_ settings: Settings) {
        path = settings.parser
        interface = settings.ownInterface
    }

    /// Runs the parser to its end; what it has to say, and what keeps it from running, goes to
    /// rpm's log. Where the paths are too many for one run, it is run again for the rest.
    ///
    /// - Parameters:
    ///   - operation: What it is asked for.
    ///   - paths: The paths of lists or of a directory; without any it is not run.
    /// - Returns: Whether it did what it was asked for.
    func run(_ operation: Operation, _ paths: [CString]) -> Bool {
        var isSuccess = true
        var rest = paths[...]
        while !rest.isEmpty {
            var size = 0
            let count = rest.prefix {
                size += $0.count + MemoryLayout<UnsafePointer<CChar>>.size
                return size <= Self.longestArguments
            }.count
            if !run(operation, rest.prefix(max(count, 1))) { isSuccess = false }
            rest = rest.dropFirst(max(count, 1))
        }
        return isSuccess
    }

    /// How much of the paths one run gets, in bytes: all programs can get 128 KiB of arguments.
    private static let longestArguments = 96 << 10

    private func run(_ operation: Operation, _ paths: ArraySlice<CString>) -> Bool {
        do throws(Errno) {
            var ends: (Int32, Int32) = (-1, -1)
            let result = withUnsafeMutableBytes(of: &ends) {
                pipe2($0.baseAddress!.assumingMemoryBound(to: Int32.self), O_CLOEXEC)
            }
            guard result == 0 else { throw .current }
            let errors = try FileDescriptor(ends.0)
            let process = try spawn(operation, paths, errors: try FileDescriptor(ends.1))
            let hasSpoken = warnOfLines(errors)
            return isSuccess(try status(of: process), hasSpoken: hasSpoken)
        } catch {
            warn(path, "cannot run it", error)
            return false
        }
    }

    /// Starts the parser. Signals are as rpm has them: what ends rpm only between two packages is
    /// not to end the parser in between.
    private func spawn(
        _ operation: Operation, _ paths: ArraySlice<CString>,
        errors: consuming FileDescriptor
    ) throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_adddup2(&actions, errors.rawValue, descriptor)
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        var words = [path, cString("--quiet")]
        if let interface { words += [cString("--interface"), interface] }
        words += [cString(operation.name), cString("--")] + paths
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        // It obeys no environment, but the C library in it would.
        var environment: UnsafeMutablePointer<CChar>?
        var process: pid_t = 0
        let error = posix_spawn(&process, path, &actions, nil, &arguments, &environment)
        guard error == 0 else { throw Errno(rawValue: error) }
        return process
    }

    /// The status with which a process ends; `nil` where the program that uses librpm has its
    /// children waited for by the kernel.
    private func status(of process: pid_t) throws(Errno) -> Int32? {
        var status: Int32 = 0
        while waitpid(process, &status, 0) != process {
            let error = Errno.current
            if error.rawValue == ECHILD { return nil }
            if error != .interrupted { throw error }
        }
        return status
    }

    private func isSuccess(_ status: Int32?, hasSpoken: Bool) -> Bool {
        guard let status else { return !hasSpoken }
        if status != 0, !hasSpoken { crpmplugin_warn_of_status(path, status) }
        return status == 0
    }

    /// Passes on the lines that the parser writes, up to its end.
    ///
    /// - Returns: Whether there were any.
    private func warnOfLines(_ errors: borrowing FileDescriptor) -> Bool {
        var hasSpoken = false
        var line: CString = []
        var buffer = [UInt8](repeating: 0, count: 1 << 12)
        while true {
            let count = read(errors.rawValue, &buffer, buffer.count)
            if count < 0, Errno.current == .interrupted { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte != UInt8(ascii: "\n") {
                    line.append(CChar(bitPattern: byte))
                    if line.count < Self.longestLine { continue }
                }
                hasSpoken = true
                crpmplugin_warn_line(line + [0])
                line.removeAll()
            }
        }
        if !line.isEmpty { crpmplugin_warn_line(line + [0]) }
        return hasSpoken || !line.isEmpty
    }

    /// Where a line is cut, in bytes.
    private static let longestLine = 1 << 13
}
