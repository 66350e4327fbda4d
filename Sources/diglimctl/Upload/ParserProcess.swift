import CGlibc
import CommandLineTool
import Glibc
import LinuxFiles

/// A run of the parser, which is a program of its own because the kernel trusts it by its digest.
final class ParserProcess {
    private let process: pid_t
    private let errors: FileDescriptor
    private let report: FileDescriptor
    private var isTerminated = false

    /// The descriptor on which the parser tells its summary.
    private static let reportDescriptor: Int32 = 3
    /// How often the progress is looked at, in milliseconds.
    private static let pause: Int32 = 200

    /// How a run ended.
    struct End {
        /// The exit status; negative is the number of a signal.
        var status: Int32
        /// The parser's summary; empty where it did not come to tell.
        var summary: String
    }

    /// Starts the parser.
    ///
    /// - Parameters:
    ///   - path: The parser's path.
    ///   - arguments: Its arguments, without where to tell the summary.
    /// - Throws: ``CommandError`` where it cannot be run.
    init(_ path: Path, _ arguments: [Path]) throws(CommandError) {
        do throws(Errno) {
            let errors = try Pipe()
            let report = try Pipe()
            process = try Self.spawn(
                path, [Path("--report-to"), Path("\(Self.reportDescriptor)")] + arguments,
                errors: errors.input, report: report.input)
            self.errors = errors.takeOutput()
            self.report = report.takeOutput()
        } catch {
            throw CommandError("cannot run \(path.text): \(error.text)")
        }
    }

    private static func spawn(
        _ path: Path, _ arguments: [Path], errors: borrowing FileDescriptor,
        report: borrowing FileDescriptor
    ) throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, errors.rawValue, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, report.rawValue, reportDescriptor)
        var strings = ([path] + arguments).map { $0.withCString { strdup($0) } }
        defer { for string in strings { free(string) } }
        strings.append(nil)
        // The parser obeys nothing of the environment.
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process: pid_t = 0
        let error = path.withCString {
            posix_spawn(&process, $0, &actions, nil, &strings, &environment)
        }
        guard error == 0 else { throw Errno(rawValue: error) }
        return process
    }

    /// Waits for the parser's end.
    ///
    /// - Parameters:
    ///   - told: Is told each failure and each warning, as the parser words it.
    ///   - waiting: Is called again and again.
    /// - Returns: How it ended.
    func run(told: (String) -> Void, waiting: () -> Void) -> End {
        var lines = LineBuffer()
        var summary: [UInt8] = []
        var isOpen = (errors: true, report: true)
        while isOpen.errors || isOpen.report {
            waiting()
            passOnInterruption()
            var wanted = [
                pollfd(fd: isOpen.errors ? errors.rawValue : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen.report ? report.rawValue : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&wanted, 2, Self.pause) > 0 else { continue }
            if wanted[0].revents != 0 {
                isOpen.errors = read(errors) { lines.add($0, complete: told) }
            }
            if wanted[1].revents != 0 { isOpen.report = read(report) { summary += $0 } }
        }
        lines.end(told)
        return End(status: status(), summary: Self.line(summary))
    }

    private func passOnInterruption() {
        guard Interruption.isRequested, !isTerminated else { return }
        isTerminated = true
        kill(process, SIGTERM)
    }

    private func read(
        _ pipe: borrowing FileDescriptor, _ taken: (ArraySlice<UInt8>) -> Void
    ) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let descriptor = pipe.rawValue
        let count = (try? systemCall { Glibc.read(descriptor, &buffer, buffer.count) }) ?? 0
        taken(buffer[..<count])
        return count > 0
    }

    private func status() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR { passOnInterruption() }
        return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    }

    private static func line(_ bytes: [UInt8]) -> String {
        printable(bytes.prefix { $0 != UInt8(ascii: "\n") })
    }
}

/// Text that comes in pieces, to be taken line by line.
private struct LineBuffer {
    private var rest: [UInt8] = []

    private static let prefix = Array("rpm_parser: ".utf8)

    mutating func add(_ piece: ArraySlice<UInt8>, complete: (String) -> Void) {
        rest += piece
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            tell(rest[..<end], complete)
            rest.removeFirst(end + 1)
        }
    }

    func end(_ complete: (String) -> Void) {
        if !rest.isEmpty { tell(rest[...], complete) }
    }

    private func tell(_ line: ArraySlice<UInt8>, _ complete: (String) -> Void) {
        let isPrefixed = line.starts(with: Self.prefix)
        complete(printable(line.dropFirst(isPrefixed ? Self.prefix.count : 0)))
    }
}
