import CFUSE
import CLinux
import Glibc
import LinuxFiles
import Synchronization

/// Reads lists by their paths, each in a thread of its own.
///
/// A path may lead back into the mounted directory, and then it takes the loop to answer what
/// the reading asks for.
final class ListReader: Sendable {
    /// A list that was read, or not.
    struct Outcome: Sendable {
        /// The number that it was asked for under.
        let number: UInt64
        /// The path.
        let path: ListPath
        /// The list, or why there is none.
        let list: Result<[UInt8], InterfaceError>
    }

    /// Readable while there are outcomes to take.
    let descriptor: Int32

    private let outcomes = Mutex<[Outcome]>([])

    /// Creates a reader.
    ///
    /// - Throws: The errno.
    init() throws(InterfaceError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw .system(.current) }
    }

    deinit { close(descriptor) }

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - path: The list's path.
    ///   - number: What the outcome is to be known by.
    func read(_ path: ListPath, number: UInt64) {
        let job = Unmanaged.passRetained(Job(reader: self, path: path, number: number))
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { job in
                guard let job else { return nil }
                Unmanaged<Job>.fromOpaque(job).takeRetainedValue().run()
                return nil
            }, job.toOpaque())
        guard error == 0 else {
            job.release()
            finish(Outcome(number: number, path: path, list: .failure(.number(error))))
            return
        }
        pthread_detach(thread)
    }

    /// Takes what has been read since the last call.
    func takeOutcomes() -> [Outcome] {
        var wakes: eventfd_t = 0
        eventfd_read(descriptor, &wakes)
        return outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
    }

    private func finish(_ outcome: Outcome) {
        outcomes.withLock { $0.append(outcome) }
        eventfd_write(descriptor, 1)
    }

    private final class Job: Sendable {
        let reader: ListReader
        let path: ListPath
        let number: UInt64

        init(reader: ListReader, path: ListPath, number: UInt64) {
            self.reader = reader
            self.path = path
            self.number = number
        }

        func run() {
            let list = Result { () throws(InterfaceError) in try path.readList() }
            reader.finish(Outcome(number: number, path: path, list: list))
        }
    }
}
