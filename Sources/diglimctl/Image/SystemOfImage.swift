import CommandLineTool
import DigestList
import FileDigests

/// Finds out what a system has otherwise than the initial ram disk that starts it.
///
/// From the switch of the root on, until the service has uploaded newer lists, the system's own
/// files are executed with the lists of the image.
struct SystemOfImage {
    /// The system.
    let root: SystemRoot
    private let index: ListIndex
    private let immutableOnly: Bool
    private let hasher: FileDigests.Hasher
    /// Those that are others than the image's, by path; `nil` for what is known.
    private(set) var files: [Path: CheckedFile?] = [:]
    /// What could not be read.
    private(set) var failures: [FileFailure] = []

    /// Begins.
    ///
    /// - Parameters:
    ///   - root: The system.
    ///   - index: What the image makes known.
    ///   - immutableOnly: Whether files that may change count as not known.
    ///   - hasher: What takes digests.
    init(
        _ root: SystemRoot, _ index: ListIndex, immutableOnly: Bool,
        _ hasher: FileDigests.Hasher
    ) {
        self.root = root
        self.index = index
        self.immutableOnly = immutableOnly
        self.hasher = hasher
    }

    /// Compares a file.
    ///
    /// - Parameters:
    ///   - path: Where the image has it.
    ///   - bytes: What it holds there.
    mutating func compare(_ path: Path, with bytes: [UInt8]) {
        look(at: root.resolved(path), beside: bytes)
    }

    /// Takes back what has come of a path, at which the image has something else in the end.
    ///
    /// - Parameter path: The path.
    mutating func forget(_ path: Path) { files.removeValue(forKey: root.resolved(path)) }

    /// Looks at a file, once.
    ///
    /// - Parameter path: Its path in the system, without links.
    mutating func look(at path: Path) {
        if files.index(forKey: path) == nil { look(at: path, beside: nil) }
    }

    private mutating func look(at path: Path, beside bytes: [UInt8]?) {
        do throws(CommandError) {
            guard let file = try OpenFile(root.place(of: path)) else { return }
            if let bytes, try file.holds(bytes) { return }
            let directory = CheckedDirectory(path.directory)
            guard let kind = file.kind(named: path.lastComponent, in: directory) else { return }
            let digest: FileDigest
            do { digest = try FileDigest(of: file.descriptor, by: hasher) } catch {
                throw CommandError(error.text)
            }
            let verdict = index.verdict(on: digest.digest, immutableOnly: immutableOnly)
            if verdict == .known {
                files.updateValue(nil, forKey: path)
                return
            }
            let checked = CheckedFile(
                path: path, kind: kind, digest: digest.digest, verdict: verdict,
                attribute: file.attribute, origin: .newer)
            files.updateValue(checked, forKey: path)
        } catch {
            failures.append(FileFailure(path: path, text: error.text))
        }
    }
}
