import CFUSE
import CLinux
import Glibc
import LinuxFiles
import Synchronization

/// Reads a list by its path, in a thread of its own.
///
/// The path may lead back into the mounted directory, and then it takes the loop to answer what
/// the reading asks for.
final class ListReader: Sendable {
    private let path: ListPath
    private let list = Mutex<Result<[UInt8], InterfaceError>?>(nil)
    /// Readable from when the list, or an error, is there.
    private let descriptor: Int32

    private init(_ path: ListPath) throws(InterfaceError) {
        self.path = path
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .system(.current) }
    }

    deinit { close(descriptor) }

    /// Begins to read.
    ///
    /// - Parameter path: The list's path.
    /// - Returns: The list, later.
    static func read(_ path: ListPath) throws(InterfaceError) -> Answer<[UInt8]> {
        let reader = try ListReader(path)
        let job = Unmanaged.passRetained(reader)
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { job in
                guard let job else { return nil }
                Unmanaged<ListReader>.fromOpaque(job).takeRetainedValue().run()
                return nil
            }, job.toOpaque())
        guard error == 0 else {
            job.release()
            throw .number(error)
        }
        pthread_detach(thread)
        return try reader.answer()
    }

    private func answer() throws(InterfaceError) -> Answer<[UInt8]> {
        guard let list = list.withLock({ $0 }) else {
            return .later(descriptor: descriptor, answer)
        }
        return .now(try list.get())
    }

    private func run() {
        let list = Result { () throws(InterfaceError) in try path.readList() }
        self.list.withLock { $0 = list }
        eventfd_write(descriptor, 1)
    }
}
