import CGlibc
import CommandLineTool
import FileDigests
import Glibc
import LinuxFiles
import Synchronization

/// Looks through a system for what can be executed or loaded and no list knows, with several
/// threads.
final class CheckRun: Sendable {
    /// A piece of work.
    enum Work: Sendable {
        /// A directory, and what is below it.
        case directory(CheckedDirectory)
        /// Files of a directory, or what may be some, by their names.
        case files(CheckedDirectory, [Path])
    }

    /// What has come of it.
    struct Outcome: Sendable {
        /// How many files can be executed or loaded.
        var checked = 0
        /// The size of these, in bytes.
        var bytes = 0
        /// Those that are not plainly known.
        var files: [CheckedFile] = []
        /// What could not be read.
        var failures: [FileFailure] = []
        /// The directories so far, as a bind mount shows some of them twice.
        fileprivate var seen: Set<FileIdentity> = []

        /// Adds what processes have mapped, but for what was found by its path.
        ///
        /// - Parameter running: What has come of looking at processes.
        mutating func add(_ running: Outcome) {
            let digests = files.reduce(into: [:]) { $0[$1.path] = $1.digest }
            checked += running.checked
            failures += running.failures
            for file in running.files {
                if digests[file.path] == file.digest { checked -= 1 } else { files.append(file) }
            }
        }
    }

    private let root: SystemRoot
    private let index: ListIndex
    private let immutableOnly: Bool
    private let outcome = Mutex(Outcome())
    private let queue: WorkQueue<Work>
    /// As many files as a thread takes at once from a large directory.
    private static let mostFiles = 128

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - work: What is looked through.
    ///   - root: The system.
    ///   - index: What is known.
    ///   - immutableOnly: Whether files that may change count as not known.
    ///   - threads: How many files are read at the same time.
    init(
        _ work: [Work], in root: SystemRoot, _ index: ListIndex, immutableOnly: Bool, threads: Int
    ) {
        self.root = root
        self.index = index
        self.immutableOnly = immutableOnly
        queue = WorkQueue(work, threads: threads)
    }

    /// Does it.
    ///
    /// - Parameter messages: What tells how far the work has come.
    func perform(_ messages: Messages) -> Outcome {
        queue.perform {
            // There was one of the algorithm before, and nothing may be left out in silence.
            guard let hasher = try? FileDigests.Hasher(self.index.algorithm) else {
                return { _ in self.fail(Path("/"), "no memory") }
            }
            return { self.perform($0, hasher) }
        } meanwhile: {
            let (files, bytes) = outcome.withLock { ($0.checked, $0.bytes) }
            messages.progress("\(files) files, \(bytes >> 20) MiB")
        }
        messages.endProgress()
        return outcome.withLock { outcome in
            outcome.files.sort { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
            outcome.failures.sort { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
            return outcome
        }
    }

    private func perform(_ work: Work, _ hasher: FileDigests.Hasher) {
        switch work {
        case .directory(let directory): enter(directory)
        case .files(let directory, let names): check(names, of: directory, hasher)
        }
    }

    private func fail(_ path: Path, _ text: String) {
        outcome.withLock { $0.failures.append(FileFailure(path: path, text: text)) }
    }
}

extension CheckRun {
    private func enter(_ directory: CheckedDirectory) {
        do throws(Errno) {
            let contents = try directory.contents(in: root) { identity in
                outcome.withLock { $0.seen.insert(identity).inserted }
            }
            guard let contents else { return }
            let names = contents.files
            let pieces = stride(from: 0, to: names.count, by: Self.mostFiles).map {
                Work.files(
                    contents.directory,
                    Array(names[$0..<min($0 + Self.mostFiles, names.count)]))
            }
            queue.add(pieces + contents.directories.map { .directory($0) })
        } catch {
            fail(directory.path, error.text)
        }
    }

    private func check(
        _ names: [Path], of directory: CheckedDirectory, _ hasher: FileDigests.Hasher
    ) {
        var (checked, bytes, files) = (0, 0, [CheckedFile]())
        for name in names {
            do throws(CommandError) {
                guard let (file, size) = try check(name, of: directory, hasher) else { continue }
                checked += 1
                bytes += size
                if file.verdict != .known || file.attribute != nil { files.append(file) }
            } catch {
                fail(directory.path.appending(name), error.text)
            }
        }
        outcome.withLock {
            $0.checked += checked
            $0.bytes += bytes
            $0.files += files
        }
    }

    /// Checks a file; `nil` where it cannot be executed or loaded.
    private func check(
        _ name: Path, of directory: CheckedDirectory, _ hasher: FileDigests.Hasher
    ) throws(CommandError) -> (CheckedFile, size: Int)? {
        let path = directory.path.appending(name)
        guard let file = try OpenFile(root.place(of: path)) else { return nil }
        guard let kind = file.kind(named: name, in: directory) else { return nil }
        let digest: FileDigest
        do { digest = try FileDigest(of: file.descriptor, by: hasher) } catch {
            throw CommandError(error.text)
        }
        let verdict = index.verdict(on: digest.digest, immutableOnly: immutableOnly)
        let checked = CheckedFile(
            path: path, kind: kind, digest: digest.digest, verdict: verdict,
            attribute: file.attribute)
        return (checked, Int(digest.size))
    }
}
