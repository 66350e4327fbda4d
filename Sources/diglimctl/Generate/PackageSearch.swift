import CommandLineTool
import Glibc

/// Finds the package files below a directory, as `createrepo_c(8)` does: links to files and to
/// directories are followed.
struct PackageSearch {
    /// The files found so far.
    private var files: [Path] = []
    /// The directories seen so far, by device and inode, as links may lead back to them.
    private var seen: Set<[UInt64]> = []
    /// The directories that are still to be searched, the next one last.
    private var directories: [Path]

    private init(_ directory: Path) { directories = [directory] }

    /// Searches a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory's path.
    ///   - messages: What tells directories that cannot be read.
    /// - Returns: The paths of all `*.rpm` that are no directories, by their bytes.
    static func files(below directory: Path, _ messages: Messages) -> [Path] {
        var search = PackageSearch(directory)
        while let next = search.directories.popLast(), !Interruption.isRequested {
            do { try search.search(next) } catch { messages.failure(next.text, error.text) }
        }
        return search.files.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    private mutating func search(_ directory: Path) throws(CommandError) {
        var status = stat()
        guard directory.withCString({ stat($0, &status) }) == 0,
            seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted
        else { return }
        let paths = try entries(of: directory).map { directory.appending($0) }
        let subdirectories = paths.filter(isDirectory)
        // The first in order is the next, so that which of two paths to a directory counts does
        // not depend on the order that the directory has.
        directories += subdirectories.sorted { $1.bytes.lexicographicallyPrecedes($0.bytes) }
        let others = Set(subdirectories)
        files += paths.filter {
            $0.bytes.suffix(4).elementsEqual(".rpm".utf8) && !others.contains($0)
        }
    }
}
