import CLinux
import ChildProcesses
import LinuxFiles
import StaticProgram

/// Keeps the kernel and a directory of lists equal for as long as it runs.
///
/// It reads no list itself; each batch is the work of a ``Worker``.
struct Watcher: ~Copyable {
    private let options: Options
    private let log: Log
    private var manager = ServiceManager()
    private let signals: SignalQueue
    private var directory: DirectoryWatch
    private var schedule = Schedule()
    private var worker: Worker?
    private var state = State.starting
    /// Whether the kernel may have come to know the parser since the last sync: the service loads
    /// the parser's own list before it starts, and a package that brings a new one reloads it.
    private var mayBeNew = true
    private var end: End?
    /// When the watchdog has to hear of us again, or the missing directory is looked for.
    private var nextPing: UInt64 = 0

    private enum State { case starting, ready, reloading }

    /// The end that was asked for.
    private struct End {
        var status: Int32
        /// When a worker that is still at work is ended.
        var deadline: UInt64
    }

    /// How long a worker has to finish the list in hand, in nanoseconds.
    private static let grace: UInt64 = 700_000_000
    /// How soon the service manager is told again what it had no room for, in nanoseconds.
    private static let repetition: UInt64 = 100_000_000
    /// How often a directory that is missing is looked for, in nanoseconds.
    private static let search: UInt64 = 1_000_000_000

    /// Prepares to watch.
    ///
    /// - Parameters:
    ///   - options: What the command line asks for.
    ///   - log: Where messages go.
    /// - Throws: ``Errno`` of the call that fails.
    init(_ options: Options, log: Log) throws(Errno) {
        let signals = try SignalQueue()
        let directory = try DirectoryWatch(of: options.directory)
        self.options = options
        self.log = log
        self.signals = signals
        self.directory = directory
    }

    /// Watches until a signal asks it to end.
    ///
    /// - Returns: The program's exit status.
    mutating func run() -> Int32 {
        _ = directory.renew()
        schedule.begin(at: Clock.now)
        while true {
            let now = Clock.now
            if let end {
                guard worker != nil else { return end.status }
                if now >= end.deadline { worker?.destroy() }
            } else if worker == nil, schedule.take(at: now) {
                startWorker(at: now)
            }
            manager.tellAgain()
            ping(at: now)
            wait(from: now)
            takeSignals()
            if directory.takeEvents() { schedule.gather(at: Clock.now) }
        }
    }

    private mutating func startWorker(at now: UInt64) {
        do throws(Errno) {
            worker = try Worker(options, renewing: mayBeNew)
            mayBeNew = false
        } catch {
            var reason = Message("cannot run rpm_parser: ")
            reason.add(Message(error))
            retry(reason, at: now)
        }
    }

    /// Waits until something happens or has to be done.
    private mutating func wait(from now: UInt64) {
        var descriptors = [
            pollfd(fd: signals.descriptor.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: directory.events.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: directory.mounts, events: Int16(POLLPRI), revents: 0),
        ]
        poll(&descriptors, nfds_t(descriptors.count), timeout(from: now))
        let isMountChanged = descriptors[2].revents != 0
        if isMountChanged || !directory.isWatching, directory.renew() {
            schedule.gather(at: Clock.now)
        }
    }

    /// The milliseconds until something has to be done; -1 for ever.
    private func timeout(from now: UInt64) -> Int32 {
        var next = UInt64.max
        if let end {
            next = end.deadline
        } else if worker == nil, let due = schedule.due {
            next = due
        }
        if manager.watchdogInterval != nil { next = min(next, nextPing) }
        if manager.isDeaf { next = min(next, now + Self.repetition) }
        if !directory.isWatching { next = min(next, now + Self.search) }
        guard next < .max else { return -1 }
        let milliseconds = (max(next, now) - now + 999_999) / 1_000_000
        return Int32(clamping: milliseconds)
    }

    private mutating func ping(at now: UInt64) {
        guard let interval = manager.watchdogInterval, now >= nextPing else { return }
        nextPing = now + (manager.ping() ? interval : min(interval, Self.repetition))
    }
}

extension Watcher {
    private mutating func takeSignals() {
        while let signal = signals.next() {
            switch signal {
            case SIGCHLD: takeWorkersEnd()
            case SIGHUP: reload()
            default: stop(ExitStatus.success)
            }
        }
    }

    private mutating func reload() {
        guard end == nil else { return }
        mayBeNew = true
        let now = Clock.now
        if state == .ready {
            state = .reloading
            var message = Message("RELOADING=1\nMONOTONIC_USEC=")
            message.add(now / 1000)
            message.add("\n")
            manager.tell(message)
        }
        schedule.begin(at: now)
    }

    private mutating func stop(_ status: Int32) {
        guard end == nil else { return }
        manager.tell(Message("STOPPING=1\n"))
        worker?.terminate()
        end = End(status: status, deadline: Clock.now + Self.grace)
    }

    private mutating func takeWorkersEnd() {
        guard let result = worker?.end() else { return }
        worker = nil
        guard end == nil else { return }
        switch result.status {
        case ExitStatus.success, ExitStatus.failure:
            schedule.succeed()
            tellReady(result.summary)
        case ExitStatus.noInterface where state == .starting:
            // The parser has told why.
            stop(ExitStatus.noInterface)
        case 0...:
            var reason = Message("rpm_parser ended with status ")
            reason.add(UInt32(result.status))
            retry(reason, at: Clock.now)
        default:
            var reason = Message("rpm_parser was ended by signal ")
            reason.add(UInt32(-result.status))
            retry(reason, at: Clock.now)
        }
    }

    private mutating func tellReady(_ summary: Message) {
        let isKnown = state == .ready && !manager.isDeaf
        var message = Message(isKnown ? "STATUS=" : "READY=1\nSTATUS=")
        state = .ready
        message.add(summary)
        message.add("\n")
        manager.tell(message)
    }

    private mutating func retry(_ reason: Message, at now: UInt64) {
        mayBeNew = true
        var message = reason
        if let pause = schedule.retry(at: now) {
            message.add("; trying again in ")
            message.add(pause)
            message.add(pause == 1 ? " second" : " seconds")
            log.write(message, .error)
        } else {
            message.add("; given up until the lists change or a signal asks for it")
            log.write(message, .error)
            if state == .starting {
                stop(ExitStatus.failure)
            } else {
                tellReady(Message("the last sync failed"))
            }
        }
    }
}
