import Dispatch
import Synchronization

/// Pieces of work that threads share, each of which may bring more of them.
///
/// What came last is done first, so that a walk over directories goes down before it goes on, and
/// few directories are waiting at a time.
final class WorkQueue<Work: Sendable>: Sendable {
    private struct State {
        var waiting: [Work]
        /// The pieces that are waiting or being done.
        var unfinished: Int
    }

    private let state: Mutex<State>
    private let ready = DispatchSemaphore(value: 0)
    private let threads: Int

    /// Creates a queue.
    ///
    /// - Parameters:
    ///   - work: The first pieces.
    ///   - threads: How many threads do them at the same time.
    init(_ work: [Work], threads: Int) {
        state = Mutex(State(waiting: work.reversed(), unfinished: work.count))
        self.threads = threads
    }

    /// Does all pieces.
    ///
    /// - Parameters:
    ///   - worker: What each thread begins with: makes what does a piece.
    ///   - meanwhile: Is called from time to time.
    func perform(
        _ worker: @escaping @Sendable () -> (Work) -> Void, meanwhile: () -> Void
    ) {
        let (group, count) = (DispatchGroup(), state.withLock { $0.unfinished })
        for _ in 0..<(count == 0 ? threads : count) { ready.signal() }
        for _ in 0..<threads {
            DispatchQueue.global().async(group: group) {
                let perform = worker()
                while let piece = self.next() {
                    perform(piece)
                    self.finish()
                }
            }
        }
        while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut { meanwhile() }
    }

    /// Adds work, while a piece is being done.
    ///
    /// - Parameter work: The pieces, the first of which is done next.
    func add(_ work: [Work]) {
        state.withLock {
            $0.waiting += work.reversed()
            $0.unfinished += work.count
        }
        for _ in work { ready.signal() }
    }

    /// The next piece; `nil` once all are done.
    private func next() -> Work? {
        ready.wait()
        return state.withLock { $0.waiting.popLast() }
    }

    private func finish() {
        let isLast = state.withLock {
            $0.unfinished -= 1
            return $0.unfinished == 0
        }
        if isLast { for _ in 0..<threads { ready.signal() } }
    }
}
