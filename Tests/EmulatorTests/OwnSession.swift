import BlackBox
import Foundation
import InterfaceFileSystem
import Synchronization

/// The library's, not what the black-box tests see.
typealias LoadedList = InterfaceFileSystem.LoadedList

/// An interface with an owner of the test's own, mounted by a thread of the test.
final class OwnSession {
    /// The interface's files.
    let mount: MountedEmulator

    private let run = Run()
    private let stop = Verdict()

    /// Mounts.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - owner: Its owner.
    ///   - files: The files beside DIGLIM's own.
    ///   - hangup: What `SIGHUP` does.
    ///   - prepare: Is given the session before it runs.
    init(
        _ interface: Interface, owner: any InterfaceOwner, files: [AdditionalFile] = [],
        hangup: (() throws(InterfaceError) -> Void)? = nil, prepare: (Session) -> Void = { _ in }
    ) throws {
        nonisolated(unsafe) let session = Session(
            FileSystem(interface, owner: owner, files: files))
        prepare(session)
        // Nobody could end this process while one of its own writes waits for an answer.
        session.sources.append(
            EventSource(stop.descriptor) { () throws(InterfaceError) in throw .busy })
        mount = try MountedEmulator { directory, _ in
            let options = "fsname=diglim,subtype=diglim-test,noexec"
            guard session.mount(on: directory, program: "test", options: options) else {
                throw InterfaceError.notPermitted
            }
        }
        nonisolated(unsafe) let hangup = hangup
        let ready = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [run] in
            run.perform(session, ready, hangup)
            ready.signal()
        }
        ready.wait()
    }

    deinit {
        stop.give(1)
        _ = waitForEnd()
    }

    /// Waits for the session's end.
    ///
    /// - Returns: How it failed, if it did.
    func waitForEnd() -> InterfaceError? {
        run.end.wait()
        run.end.signal()
        return run.error.withLock { $0 }
    }

    /// Sends a signal to the thread that runs the session, which must not have ended.
    func send(_ signal: Int32) {
        if let thread = run.thread.withLock({ $0 }) { pthread_kill(thread, signal) }
    }

    /// What the thread has to do, and what becomes of it.
    private final class Run: Sendable {
        let end = DispatchSemaphore(value: 0)
        let error = Mutex<InterfaceError?>(nil)
        let thread = Mutex<pthread_t?>(nil)

        func perform(
            _ session: Session, _ ready: DispatchSemaphore,
            _ hangup: (() throws(InterfaceError) -> Void)?
        ) {
            thread.withLock { $0 = pthread_self() }
            do {
                try session.run(ready: { ready.signal() }, hangup: hangup)
            } catch let failure {
                error.withLock { $0 = failure }
            }
            session.unmount()
            end.signal()
        }
    }

    /// Begins to write to a file.
    func startWriting(_ bytes: [UInt8], to file: String) -> Writing {
        let writing = Writing()
        nonisolated(unsafe) let mount = mount
        Thread.detachNewThread { writing.finish(mount.write(bytes, to: file)) }
        return writing
    }

    /// A write by a thread of its own.
    final class Writing: Sendable {
        private let end = DispatchSemaphore(value: 0)
        private let outcome = Mutex("")

        fileprivate func finish(_ result: String) {
            outcome.withLock { $0 = result }
            end.signal()
        }

        /// The result, once it is there.
        var result: String {
            end.wait()
            end.signal()
            return outcome.withLock { $0 }
        }
    }
}

/// An owner that does what the test says, and notes what it is told.
final class TestOwner: InterfaceOwner {
    /// How it answers; with the actions *measured* unless told otherwise.
    var decide: (Upload) throws(InterfaceError) -> Answer<LoadedList.Actions> = { _ in
        .now(.measured)
    }
    /// What it does with each list that was added.
    var receive: (LoadedList) throws(InterfaceError) -> Void = { _ in }
    /// What it does with each list that was removed.
    var lose: (LoadedList) -> Void = { _ in }
    /// The uploads that it was asked about.
    private(set) var uploads: [Upload] = []
    /// The ends of writes that it was told of.
    private(set) var ends: [String] = []

    func actions(of upload: Upload) throws(InterfaceError) -> Answer<LoadedList.Actions> {
        uploads.append(upload)
        return try decide(upload)
    }

    func didAdd(_ list: LoadedList) throws(InterfaceError) { try receive(list) }

    func didRemove(_ list: LoadedList) { lose(list) }

    func didWrite(
        _ payload: [UInt8], to file: InterfaceFile, label: [UInt8]?, error: InterfaceError?
    ) {
        ends.append("\(file.name(abi: .v3)) \(error?.name ?? "ok")")
    }
}

/// What an owner waits for, from a thread of the test.
final class Verdict: Sendable {
    /// What becomes readable.
    var descriptor: Int32 { ends.reading }

    private let ends: (reading: Int32, writing: Int32)
    private let asked = DispatchSemaphore(value: 0)

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        self.ends = (ends[0], ends[1])
    }

    deinit {
        close(ends.reading)
        close(ends.writing)
    }

    /// Gives it: a byte, of which 0 says that it is still to come.
    func give(_ byte: UInt8) {
        var byte = byte
        precondition(write(ends.writing, &byte, 1) == 1)
    }

    /// Waits until somebody has asked, and got no answer.
    func waitUntilAsked() { asked.wait() }

    /// The byte, in whatever it stands for.
    func answer<Value>(
        _ value: @escaping (UInt8) throws(InterfaceError) -> Value
    ) throws(InterfaceError) -> Answer<Value> {
        var byte: UInt8 = 0
        guard read(ends.reading, &byte, 1) == 1, byte != 0 else {
            defer { asked.signal() }
            return .later(descriptor: ends.reading) { () throws(InterfaceError) in
                try self.answer(value)
            }
        }
        return .now(try value(byte))
    }
}
