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
    private var system: SystemOfImage

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - root: The image's links.
    ///   - system: The system that the image starts.
    ///   - index: What is known.
    ///   - immutableOnly: Whether files that may change count as not known.
    /// - Throws: ``CommandError`` for an algorithm that libcrypto does not have.
    init(
        in root: SystemRoot, of system: SystemRoot, _ index: ListIndex, immutableOnly: Bool
    ) throws(CommandError) {
        self.root = root
        self.index = index
        self.immutableOnly = immutableOnly
        do { hasher = try Hasher(index.algorithm) } catch { throw CommandError(error.text) }
        self.system = SystemOfImage(system, index, immutableOnly: immutableOnly, hasher)
        let algorithms = index.lists.reduce(into: Set()) { $0.formUnion($1.otherAlgorithms) }
        others = algorithms.compactMap { try? Hasher($0) }
    }

    /// Does it.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - links: The paths of its links.
    ///   - messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where the image cannot be read.
    mutating func perform(
        _ image: InitialRAMDisk, links: some Sequence<Path>, _ messages: Messages
    ) throws(CommandError) -> CheckRun.Outcome {
        try image.readEntries { entry in
            messages.progress("\(files.count) files")
            take(entry)
        }
        for link in links { follow(link) }
        messages.endProgress()
        var outcome = CheckRun.Outcome()
        outcome.checked = files.count + system.files.count
        outcome.files = [files, system.files].flatMap { files in
            files.values.compactMap { $0 }.sorted {
                $0.path.bytes.lexicographicallyPrecedes($1.path.bytes)
            }
        }
        outcome.failures = system.failures.sorted {
            $0.path.bytes.lexicographicallyPrecedes($1.path.bytes)
        }
        return outcome
    }

    private mutating func take(_ entry: CPIOEntry) {
        let name = entry.path.lastComponent
        let directory = root.resolved(entry.path.directory)
        let path = directory.appending(name)
        if files.removeValue(forKey: path) != nil { system.forget(path) }
        guard entry.isRegular,
            let kind = FileArea(directory).kind(of: name)
                ?? FileKind(mode: entry.mode, start: entry.data.prefix(4))
        else { return }
        system.compare(path, with: entry.data)
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

    /// Looks at what a link of the image leads to in the system, where that is something else.
    private mutating func follow(_ link: Path) {
        let (here, there) = (root.resolved(link), system.root.resolved(link))
        if there == system.root.resolved(here) { return }
        if files.index(forKey: here) != nil {
            look(at: there)
        } else {
            let start = here.appending("").bytes
            for path in files.keys where path.bytes.starts(with: start) {
                let rest = Path(bytes: Array(path.bytes[start.count...]))
                look(at: system.root.resolved(there.appending(rest)))
            }
        }
    }

    private mutating func look(at path: Path) {
        // The others have been compared.
        if files.index(forKey: path) == nil { system.look(at: path) }
    }
}
