import CommandLineTool
import DigestList
import FileDigests
import Glibc

/// Looks through an initial ram disk for what can be executed or loaded and no list in it makes
/// known.
struct ImageRun {
    private let root: SystemRoot
    private let index: ListIndex
    private let immutableOnly: Bool
    private let hasher: FileDigests.Hasher
    /// By the algorithms of lists that IMA does not ask for.
    private let others: [FileDigests.Hasher]
    /// What has been looked at, by path; `nil` for what is known.
    private var files: [Path: CheckedFile?] = [:]

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - root: The image's links.
    ///   - index: What is known.
    ///   - immutableOnly: Whether files that may change count as not known.
    /// - Throws: ``CommandError`` for an algorithm that libcrypto does not have.
    init(
        in root: SystemRoot, _ index: ListIndex, immutableOnly: Bool
    ) throws(CommandError) {
        self.root = root
        self.index = index
        self.immutableOnly = immutableOnly
        do { hasher = try Hasher(index.algorithm) } catch { throw CommandError(error.text) }
        let algorithms = index.lists.reduce(into: Set()) { $0.formUnion($1.otherAlgorithms) }
        others = algorithms.compactMap { try? Hasher($0) }
    }

    /// Does it.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where the image cannot be read.
    mutating func perform(
        _ image: InitialRAMDisk, _ messages: Messages
    ) throws(CommandError) -> CheckRun.Outcome {
        try image.readEntries { entry in
            messages.progress("\(files.count) files")
            take(entry)
        }
        messages.endProgress()
        var outcome = CheckRun.Outcome()
        outcome.checked = files.count
        outcome.files = files.values.compactMap { $0 }.sorted {
            $0.path.bytes.lexicographicallyPrecedes($1.path.bytes)
        }
        return outcome
    }

    private mutating func take(_ entry: CPIOEntry) {
        let name = entry.path.lastComponent
        let directory = root.resolved(entry.path.directory)
        let path = directory.appending(name)
        files.removeValue(forKey: path)
        guard entry.isRegular,
            let kind = FileArea(directory).kind(of: name)
                ?? FileKind(mode: entry.mode, start: entry.data.prefix(4))
        else { return }
        let digest = hasher.digest(of: entry.data)
        let verdict = index.verdict(on: digest, immutableOnly: immutableOnly)
        if verdict == .known {
            files.updateValue(nil, forKey: path)
            return
        }
        var file = CheckedFile(path: path, kind: kind, digest: digest, verdict: verdict)
        for hasher in others { file.others[hasher.algorithm] = hasher.digest(of: entry.data) }
        files.updateValue(file, forKey: path)
    }
}
