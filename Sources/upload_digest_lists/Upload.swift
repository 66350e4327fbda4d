import CLinux
import ChildProcesses
import LinuxFiles
import StaticProgram

/// One run of the program: the parsers of a directory's lists, one after another.
struct Upload: ~Copyable {
    private let options: Options
    private let log: Log
    private let signals: SignalQueue
    private let formats: [ListFormat]
    /// Whether a signal has asked the program to end.
    private var isStopped = false
    /// The program's exit status so far.
    private var status = ExitStatus.success

    /// Finds out what there is to do.
    ///
    /// - Parameters:
    ///   - options: What the command line asks for.
    ///   - log: Where messages go.
    /// - Throws: ``Errno`` where the directory of lists cannot be read.
    init(_ options: Options, log: Log) throws(Errno) {
        let signals = try SignalQueue()
        let formats = try ListFormat.all(inDirectory: options.directory)
        self.options = options
        self.log = log
        self.signals = signals
        self.formats = formats
    }

    /// Runs the parsers; what fails is told, and does not stop the rest.
    ///
    /// - Returns: The program's exit status.
    mutating func run() -> Int32 {
        guard !formats.isEmpty else { return status }
        let mounted = mountMissing()
        SystemCallFilter.toRunParsers.apply(telling: log, allowsOthers: true)
        for format in formats {
            takeSignals(for: nil)
            if isStopped { break }
            runParser(of: format)
        }
        if isStopped { fail(Message("interrupted, not all parsers have done their work")) }
        for fileSystem in mounted.reversed() { unmount(fileSystem) }
        return status
    }

    private func mountMissing() -> [KernelFileSystem] {
        KernelFileSystem.all.filter { fileSystem in
            if fileSystem.isMounted { return false }
            do throws(Errno) {
                try fileSystem.mount()
                return true
            } catch {
                // Not a failure by itself: a parser that misses it says so.
                log.write(reason("cannot mount ", fileSystem, error), .warning)
                return false
            }
        }
    }

    private mutating func unmount(_ fileSystem: KernelFileSystem) {
        do throws(Errno) { try fileSystem.unmount() } catch {
            fail(reason("cannot unmount ", fileSystem, error))
        }
    }

    private func reason(
        _ text: StaticString, _ fileSystem: KernelFileSystem, _ error: Errno
    ) -> Message {
        var message = Message(text)
        message.add(Message(fileSystem.mountPoint))
        message.add(": ")
        message.add(Message(error))
        return message
    }

    /// Tells of a failure, and has the exit status tell it.
    private mutating func fail(_ message: Message, status: Int32 = ExitStatus.failure) {
        log.write(message, .error)
        self.status = max(self.status, status)
    }
}

extension Upload {
    private mutating func runParser(of format: ListFormat) {
        let path = format.parser
        var message = Message("", path)
        let parser: ChildProcess
        do throws(Errno) {
            guard format.isProgramName else { throw .noEntry }
            parser = try ChildProcess(
                path: path, arguments: [options.operation, options.directory])
        } catch {
            if error == .noEntry {
                message.add(" is not there, so digest lists of its format are passed over")
                return log.write(message, .warning)
            }
            message.add(": cannot run it: ")
            message.add(Message(error))
            return fail(message)
        }
        switch end(of: parser) {
        case ExitStatus.success: break
        case let status where status > 0:
            message.add(" ended with status ")
            message.add(UInt32(status))
            fail(message, status: status)
        case let status:
            message.add(" was ended by signal ")
            message.add(UInt32(-status))
            fail(message)
        }
    }

    /// Waits for the end of a parser.
    ///
    /// - Returns: The exit status, or the negative number of the signal that ended it.
    private mutating func end(of parser: ChildProcess) -> Int32 {
        while true {
            if let status = parser.end() { return status }
            var descriptor = pollfd(
                fd: signals.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, -1)
            takeSignals(for: parser)
        }
    }

    /// Takes the signals that have come; a parser that is at work is asked to end as well.
    private mutating func takeSignals(for parser: ChildProcess?) {
        while let signal = signals.next() {
            if signal == SIGCHLD { continue }
            isStopped = true
            parser?.send(SIGTERM)
        }
    }
}
