import CommandLineTool
import DigestList
import Dispatch
import FileDigests
import Glibc
import Synchronization

/// Takes the digests of files, several at the same time.
final class DigestRun: Sendable {
    private let algorithm: HashAlgorithm
    private let allImmutable: Bool
    private let state: Mutex<State>
    private let byteCount = Atomic<Int>(0)

    /// What the threads share.
    fileprivate struct State {
        var walk: FileWalk
        /// The digests by the files' numbers; `nil` for a file without one.
        var digests: [Digest?] = []
        /// The size of all digests, in bytes.
        var size = 0
        /// What failed, by the files' numbers.
        var failures: [(number: Int, failure: FileFailure)] = []
        /// What keeps the whole run from being done.
        var error: CommandError?
    }

    fileprivate struct Digest: Sendable {
        var bytes: [UInt8]
        var isImmutable: Bool
    }

    /// What has come of a run.
    struct Outcome: Sendable {
        /// The digests of files that may change, in the files' order.
        var mutable: [[UInt8]]
        /// The digests of files that may not, in the files' order.
        var immutable: [[UInt8]]
        /// The size of all files that were read, in bytes.
        var byteCount: Int
        /// The number of things in directories that are no regular files.
        var passedOver: Int
        /// The files that failed, in their order.
        var failures: [FileFailure]
    }

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - walk: The files.
    ///   - algorithm: The digests' algorithm.
    ///   - allImmutable: Whether no file may change, whatever the rule says.
    /// - Throws: ``CommandError`` for an algorithm that libcrypto does not have.
    init(
        _ walk: sending FileWalk, algorithm: HashAlgorithm, allImmutable: Bool
    ) throws(CommandError) {
        do { _ = try Hasher(algorithm) } catch { throw CommandError(error.text) }
        self.algorithm = algorithm
        self.allImmutable = allImmutable
        state = Mutex(State(walk: walk))
    }

    /// Does all files.
    ///
    /// - Parameters:
    ///   - threads: How many files are read at the same time.
    ///   - messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where there cannot be a list of all the digests.
    func perform(threads: Int, _ messages: Messages) throws(CommandError) -> Outcome {
        let group = DispatchGroup()
        for _ in 0..<threads { DispatchQueue.global().async(group: group) { self.work() } }
        while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            if Interruption.isRequested { break }
            messages.progress(progress)
        }
        messages.endProgress()
        if Interruption.isRequested { throw CommandError("interrupted, nothing has been changed") }
        return try outcome.get()
    }

    private var progress: String {
        let files = state.withLock { $0.digests.count }
        return "\(files) files, \(byteCount.load(ordering: .relaxed) >> 20) MiB"
    }

    private var outcome: Result<Outcome, CommandError> {
        state.withLock { state in
            if let error = state.error { return .failure(error) }
            let digests = state.digests.compactMap { $0 }
            return .success(
                Outcome(
                    mutable: digests.filter { !$0.isImmutable }.map(\.bytes),
                    immutable: digests.filter(\.isImmutable).map(\.bytes),
                    byteCount: byteCount.load(ordering: .relaxed),
                    passedOver: state.walk.passedOver,
                    failures: state.failures.sorted { $0.number < $1.number }.map(\.failure)))
        }
    }
}

extension DigestRun {
    /// What each thread does: one file after another.
    private func work() {
        let hasher: Hasher
        do { hasher = try Hasher(algorithm) } catch {
            state.withLock { $0.error = CommandError(error.text) }
            return
        }
        while let (number, file) = nextFile() {
            let digest = Result { () throws(FileFailure) in try self.digest(of: file, hasher) }
            state.withLock { $0.finish(number, digest) }
        }
    }

    private func nextFile() -> (number: Int, file: FileWalk.File)? {
        state.withLock { state in
            while state.error == nil, !Interruption.isRequested {
                switch state.nextStep() {
                case nil: return nil
                case .success(let file)?: return (state.digests.count - 1, file)
                case .failure(let failure)?:
                    state.failures.append((state.digests.count - 1, failure))
                }
            }
            return nil
        }
    }

    private func digest(
        of file: FileWalk.File, _ hasher: Hasher
    ) throws(FileFailure) -> Digest {
        do {
            let digest = try read(file, hasher)
            let isImmutable = file.isImmutable(mode: digest.mode, size: digest.size)
            return Digest(bytes: digest.digest, isImmutable: allImmutable || isImmutable)
        } catch {
            throw FileFailure(path: file.path, text: error.text)
        }
    }

    private func read(
        _ file: FileWalk.File, _ hasher: Hasher
    ) throws(CommandError) -> FileDigest {
        let descriptor = try openRegularFile(
            file.directory.appending(file.name), followsLink: false)
        defer { close(descriptor) }
        do {
            return try FileDigest(of: descriptor, by: hasher) {
                byteCount.add($0, ordering: .relaxed)
            }
        } catch {
            throw CommandError(error.text)
        }
    }
}

extension DigestRun.State {
    /// Takes a file from the walk and gives it the next number.
    fileprivate mutating func nextStep() -> Result<FileWalk.File, FileFailure>? {
        do throws(CommandError) {
            guard let step = try walk.next() else { return nil }
            digests.append(nil)
            return step
        } catch {
            self.error = error
            return nil
        }
    }

    fileprivate mutating func finish(
        _ number: Int, _ result: Result<DigestRun.Digest, FileFailure>
    ) {
        switch result {
        case .success(let digest):
            digests[number] = digest
            size += digest.bytes.count
            if size > CompactListWriter.maximumSize { error = .listTooLarge }
        case .failure(let failure): failures.append((number, failure))
        }
    }
}

extension FileWalk.File {
    /// Whether the file may not change, by the rule of the kernel's own tools.
    fileprivate func isImmutable(mode: UInt16, size: UInt64) -> Bool {
        name.withCString { rule.isImmutable(mode: mode, size: size, baseName: $0) }
    }
}
