import CLinux
import ChildProcesses
import LinuxFiles
import StaticProgram

/// The parser, run to bring one batch of lists to the kernel.
///
/// The kernel judges the uploads of a process by all the lists that it ever opened: one that IMA
/// has not measured spoils them all. So no batch is left to a process that has seen another.
struct Worker {
    private let process: ChildProcess
    /// Closed when the worker has ended.
    private let report: Int32

    /// The parser's name, in the directory of this program.
    private static let parser: StaticString = "rpm_parser"
    /// The descriptor that the worker writes its summary to.
    private static let reportDescriptor: Int32 = 3
    /// More than a summary has, in bytes.
    private static let longestSummary = 1024

    /// How a worker ended.
    struct End {
        /// The exit status; negative is the number of a signal.
        var status: Int32
        /// What it has done, in words; empty where it did not come to tell.
        var summary: Message
    }

    /// Starts a worker.
    ///
    /// - Parameters:
    ///   - options: What the command line asks for.
    ///   - isRenewing: Whether a new parser may be at work, so that lists are renewed.
    /// - Throws: ``Errno`` of the call that fails.
    init(_ options: Options, renewing isRenewing: Bool) throws(Errno) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutableBytes(of: &ends) {
            pipe2($0.baseAddress!.assumingMemoryBound(to: Int32.self), O_CLOEXEC)
        }
        guard result == 0 else { throw .current }
        defer { close(ends.1) }
        do throws(Errno) {
            process = try ChildProcess(
                path: ChildProcess.path(beside: Self.parser),
                arguments: Self.arguments(options, renewing: isRenewing),
                passing: ends.1, as: Self.reportDescriptor)
        } catch {
            close(ends.0)
            throw error
        }
        report = ends.0
    }

    private static func arguments(
        _ options: Options, renewing isRenewing: Bool
    ) -> [UnsafePointer<CChar>] {
        var arguments = [cString("--report-to"), cString("3")] + options.parserOptions
        if isRenewing { arguments.append(cString("--renew")) }
        return arguments + [cString("sync"), cString("--"), options.directory]
    }

    private static func cString(_ text: StaticString) -> UnsafePointer<CChar> { text.cString }

    /// Asks the worker to end after the list in hand.
    func terminate() { process.send(SIGTERM) }

    /// Ends the worker at once.
    func destroy() { process.send(SIGKILL) }

    /// Takes note of the worker's end.
    ///
    /// - Returns: `nil` where it is still at work.
    func end() -> End? {
        guard let status = process.end() else { return nil }
        defer { close(report) }
        var text = [UInt8](repeating: 0, count: Self.longestSummary)
        let count = read(report, &text, text.count)
        return End(
            status: status, summary: Message(bytes: text[..<max(count, 0)]))
    }
}
