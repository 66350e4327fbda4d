import CGlibc
import CLinux
import CommandLineTool
import DigestList
import Glibc
import LinuxFiles

/// A process that verifies digest lists for this one, which goes on meanwhile.
///
/// A library may end its process at what it reads. Then another process takes the place of the one
/// that has ended, and goes on with the rest. While nobody asks for anything it verifies the lists
/// that may be asked for next.
public final class VerificationProcess {
    /// Becomes readable when ``takeResults()`` has something to do; it stays the same.
    public var descriptor: Int32 { events.rawValue }

    private let verifier: ListVerifier
    private let record: WorkRecord
    private let events: FileDescriptor
    /// Readable where results have come from elsewhere than the process.
    private let notice: FileDescriptor
    private var worker: Worker?
    private var nextNumber = 0
    /// Requests that have not been sent, from the position on.
    private var waiting: [Request] = []
    private var position = 0
    /// The labels of requests that have been sent, and not answered.
    private var sent: [Int: [UInt8]] = [:]
    private var results: [Result] = []
    /// Room for a message.
    private var message = [UInt8](repeating: 0, count: VerificationWorker.maximumAnswer)
    private var passedOver: Set<Path> = []
    /// How many processes have ended one after the other for no reason that could be passed over.
    private var failures = 0

    /// More than anybody makes requests wait for.
    private static let maximumFailures = 3
    /// The number of files at which processes have ended from which on none is looked at any more
    /// before somebody asks for it.
    private static let maximumPassedOver = 1024

    private typealias Request = (number: Int, label: [UInt8])
    /// What a list is worth, and the number of the request for it.
    public typealias Result = (number: Int, list: VerifiedList)

    private struct Worker {
        var process: pid_t
        var socket: Int32
    }

    /// Starts the process. There must be no other thread, now and whenever it has to be started
    /// again.
    ///
    /// - Parameter verifier: What verifies, in the other process.
    /// - Throws: ``CommandError`` where the process cannot be started.
    public init(_ verifier: ListVerifier) throws(CommandError) {
        self.verifier = verifier
        do throws(Errno) {
            record = try WorkRecord()
            events = try FileDescriptor(epoll_create1(Int32(EPOLL_CLOEXEC)))
            notice = try FileDescriptor(
                eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)))
            try Self.add(notice.rawValue, to: events)
            try start()
        } catch {
            throw CommandError("cannot start the process that verifies lists: \(error.text)")
        }
    }

    deinit { if let worker { _ = end(of: worker) } }

    /// The number of the process; `nil` where there is none now.
    public var processIdentifier: pid_t? { worker?.process }

    /// Asks for what a list is worth.
    ///
    /// - Parameter label: The label of an upload, whatever its bytes are.
    /// - Returns: The number of the request, by which the result will be known.
    public func request(_ label: [UInt8]) -> Int {
        defer { nextNumber += 1 }
        // What can be the name of no file need not be sent whole.
        waiting.append((nextNumber, Array(label.prefix(256))))
        if worker == nil { startAgain() }
        send()
        return nextNumber
    }

    /// Takes the results that are there, without waiting.
    public func takeResults() -> [Result] {
        var count: UInt64 = 0
        _ = read(notice.rawValue, &count, MemoryLayout<UInt64>.size)
        while let worker, !receive(from: worker.socket) { takeEnd(of: worker) }
        send()
        defer { results = [] }
        return results
    }
}

// MARK: - Messages

extension VerificationProcess {
    /// Sends requests, as many as there is room for.
    private func send() {
        guard let worker else { return }
        while position < waiting.count {
            let (number, label) = waiting[position]
            let message = withUnsafeBytes(of: number) { Array($0) } + label
            let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
            let result = try? systemCall {
                Glibc.send(worker.socket, message, message.count, flags)
            }
            // There is no room, or the process has ended: then there will be something to read.
            if result == nil { return }
            sent[number] = label
            position += 1
        }
        waiting = []
        position = 0
    }

    /// Receives what is there.
    ///
    /// - Returns: Whether there may be more later.
    private func receive(from socket: Int32) -> Bool {
        while true {
            let size: Int
            do throws(Errno) {
                size = try systemCall {
                    recv(socket, &message, VerificationWorker.maximumAnswer, Int32(MSG_DONTWAIT))
                }
            } catch {
                if error.rawValue == EAGAIN { return true }
                // The process has not taken all requests; what it has sent can still be read.
                if error.rawValue == ECONNRESET { continue }
                return false
            }
            if size == 0 { return false }
            take(message.prefix(size))
        }
    }

    private func take(_ message: ArraySlice<UInt8>) {
        let numberSize = MemoryLayout<Int>.size
        guard message.count > numberSize else { return }
        let number = message.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
        guard sent.removeValue(forKey: number) != nil else { return }
        failures = 0
        let list = VerifiedList(message.dropFirst(numberSize))
        results.append((number, list ?? .refused("the answer about this list makes no sense")))
    }
}

// MARK: - The process

extension VerificationProcess {
    private static func add(
        _ descriptor: Int32, to events: borrowing FileDescriptor
    ) throws(Errno) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        guard epoll_ctl(events.rawValue, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw .current
        }
    }

    private func start() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .current }
        record.work = .nothing
        let process = cglibc_fork()
        let error = Errno.current
        if process == 0 {
            VerificationWorker.run(verifier, record, requests: ends[1], passingOver: passedOver)
        }
        close(ends[1])
        do throws(Errno) {
            if process < 0 { throw error }
            try Self.add(ends[0], to: events)
        } catch {
            close(ends[0])
            if process > 0 { kill(process, SIGKILL) }
            if process > 0 { waitpid(process, nil, 0) }
            throw error
        }
        worker = Worker(process: process, socket: ends[0])
    }

    /// Starts another process; where that fails, no request is answered but with the reason.
    private func startAgain() {
        do { try start() } catch { refuseAll("cannot start a process: \(error.text)") }
    }

    /// Ends a process, unless it has ended.
    ///
    /// - Returns: How it ended, in words.
    private func end(of worker: Worker) -> String {
        // Another process that this one has made may have the socket open still.
        epoll_ctl(events.rawValue, EPOLL_CTL_DEL, worker.socket, nil)
        close(worker.socket)
        kill(worker.process, SIGKILL)
        return endInWords(of: worker.process)
    }

    /// Goes on with another process in the place of one that has ended.
    private func takeEnd(of worker: Worker) {
        let end = end(of: worker)
        self.worker = nil
        switch record.work {
        case .request(let number) where sent.removeValue(forKey: number) != nil:
            results.append((number, .refused("it \(end) at this signature")))
        case .file(let name) where passedOver.count < Self.maximumPassedOver:
            passedOver.insert(Path(bytes: name))
        default: failures += 1
        }
        waiting = sent.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + waiting[position...]
        position = 0
        sent = [:]
        if failures < Self.maximumFailures {
            startAgain()
            send()
        } else {
            failures = 0
            refuseAll("the process that verifies lists \(end)")
        }
    }

    private func refuseAll(_ reason: String) {
        results += waiting[position...].map { ($0.number, .refused(reason)) }
        waiting = []
        position = 0
        var one: UInt64 = 1
        if !results.isEmpty { write(notice.rawValue, &one, MemoryLayout<UInt64>.size) }
    }
}
