import CGlibc
import CLinux
import CommandLineTool
import Glibc
import LinuxFiles

/// The side of ``VerificationProcess`` that verifies, in a process of its own.
final class VerificationWorker {
    /// The largest request: a number and a label, in bytes.
    static let maximumRequest = 512
    /// The largest answer, in bytes.
    static let maximumAnswer = 1 << 14

    private let verifier: ListVerifier
    private let record: WorkRecord
    private let requests: Int32
    private var readAhead: ReadAhead
    private var openings = 0

    /// Takes the place of the program in a process that it has just made, and never returns.
    ///
    /// Of what the process has inherited, it keeps what it needs, and of its privileges those to
    /// read files: nothing that a library is made to do at a list can change anything.
    ///
    /// - Parameters:
    ///   - verifier: The verifier.
    ///   - record: Where it says what it is at.
    ///   - requests: The socket of which requests come and results go to.
    ///   - passedOver: The files at which others have ended.
    static func run(
        _ verifier: ListVerifier, _ record: WorkRecord, requests: Int32,
        passingOver passedOver: Set<Path>
    ) -> Never {
        // Before the number of its descriptor becomes that of something else.
        verifier.closeDirectory()
        for number in 1..<NSIG { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        // What a library says as it ends the process is of no use to anybody.
        let null = open("/dev/null", O_RDWR)
        for number in 0...STDERR_FILENO { dup2(null, number) }
        dup2(requests, STDERR_FILENO + 1)
        close_range(UInt32(STDERR_FILENO + 2), .max, 0)
        cglibc_keep_to_reading()
        do throws(Errno) {
            let worker = try VerificationWorker(
                verifier, record, requests: STDERR_FILENO + 1, passedOver)
            worker.work()
        } catch {
            _exit(1)
        }
    }

    private init(
        _ verifier: ListVerifier, _ record: WorkRecord, requests: Int32, _ passedOver: Set<Path>
    ) throws(Errno) {
        self.verifier = verifier
        self.record = record
        self.requests = requests
        readAhead = try ReadAhead(of: verifier.path, passingOver: passedOver)
    }

    /// Verifies what it is asked for, and what it may be asked for when there is nothing else.
    private func work() -> Never {
        try? verifier.openDirectory()
        while true {
            if openings != verifier.openings {
                openings = verifier.openings
                readAhead.look(verifier)
            }
            var events = [
                pollfd(fd: requests, events: Int16(POLLIN), revents: 0),
                pollfd(fd: readAhead.watch.rawValue, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&events, 2, readAhead.patience)
            if events[0].revents != 0 {
                answer()
            } else if events[1].revents != 0 {
                readAhead.takeChanges(verifier)
            } else if count == 0, let name = readAhead.next(verifier) {
                record.work = .file(name.bytes)
                _ = try? verifier.verify(name)
                record.work = .nothing
            }
        }
    }

    /// Answers a request, or ends where nobody will make one any more.
    private func answer() {
        var message = [UInt8](repeating: 0, count: Self.maximumRequest)
        let size = try? systemCall { recv(requests, &message, message.count, 0) }
        guard let size, size >= MemoryLayout<Int>.size else { _exit(0) }
        let number = message.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
        record.work = .request(number)
        let label = Array(message[MemoryLayout<Int>.size..<size])
        var result = verifier.verify(label: label).encoded
        if result.count > Self.maximumAnswer - MemoryLayout<Int>.size {
            result = VerifiedList(because: "goes up in more parts than any list").encoded
        }
        let answer = message.prefix(MemoryLayout<Int>.size) + result
        let isSent: Int? = try? systemCall {
            answer.withUnsafeBytes {
                send(requests, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
        if isSent == nil { _exit(0) }
        record.work = .nothing
    }
}
