import CommandLineTool
import Glibc
import LinuxFiles
import RPMHeader

/// A file that could not be done.
struct FileFailure: Error {
    /// The file's path.
    var path: Path
    /// What is wrong, in words.
    var text: String
}

/// The regular files that paths stand for, one after another.
///
/// Paths are taken in their order, what is in a directory in the order of the names' bytes. Only
/// the names in the directories that are being walked are held in memory.
struct FileWalk {
    private var operands: ArraySlice<Path>
    private let reader: PathReader?
    private var directories: [Directory] = []
    /// The number of symbolic links and of other things in directories that are no regular files.
    private(set) var passedOver = 0

    /// A regular file.
    struct File {
        /// The file's path, as the one that was given leads to it.
        var path: Path
        /// The directory's absolute path without symbolic links, with a slash at its end.
        var directory: Path
        /// The file's name in the directory.
        var name: Path
        /// What the directory says about whether the file may change.
        var rule: DirectoryRule
    }

    /// Begins.
    ///
    /// - Parameters:
    ///   - operands: Paths of files and directories.
    ///   - reader: Gives more of them, if there are any.
    init(_ operands: [Path], _ reader: PathReader?) {
        self.operands = operands[...]
        self.reader = reader
    }

    /// The next file, or why there is none at some path; `nil` at the end.
    ///
    /// - Throws: ``CommandError`` where the paths cannot be read.
    mutating func next() throws(CommandError) -> Result<File, FileFailure>? {
        while true {
            if let last = directories.indices.last {
                if let result = nextEntry(of: last) { return result }
            } else if let path = try nextPath() {
                if let result = begin(path) { return result }
            } else {
                return nil
            }
        }
    }

    private mutating func nextPath() throws(CommandError) -> Path? {
        if let path = operands.popFirst() { return path }
        return try reader?.next()
    }

    /// Takes a path that was given; `nil` where it leads to a directory, which is entered.
    private mutating func begin(_ path: Path) -> Result<File, FileFailure>? {
        guard let place = path.canonical else {
            return .failure(FileFailure(path: path, text: Errno.current.text))
        }
        if isDirectory(place) { return enter(path, at: place) }
        guard isRegularFile(place) else {
            return .failure(FileFailure(path: path, text: "not a regular file"))
        }
        let directory = place.directory
        return .success(
            File(
                path: path, directory: directory, name: place.lastComponent,
                rule: directory.withCString { DirectoryRule(directory: $0) }))
    }
}

extension FileWalk {
    /// A directory that is being walked.
    private struct Directory {
        var path: Path
        /// The absolute path without symbolic links, with a slash at its end.
        var place: Path
        var rule: DirectoryRule
        /// What is still to be taken, the next one last.
        var entries: [Entry]
    }

    private struct Entry {
        enum Kind { case file, directory, other }
        var name: Path
        var kind: Kind
    }

    /// Takes what is next in a directory; `nil` where that is no file.
    private mutating func nextEntry(of index: Int) -> Result<File, FileFailure>? {
        guard let entry = directories[index].entries.popLast() else {
            directories.removeLast()
            return nil
        }
        let directory = directories[index]
        let path = directory.path.appending(entry.name)
        switch entry.kind {
        case .file:
            return .success(
                File(
                    path: path, directory: directory.place, name: entry.name,
                    rule: directory.rule))
        case .directory:
            return enter(path, at: directory.place.appending(entry.name))
        case .other:
            passedOver += 1
            return nil
        }
    }

    /// Begins to walk a directory; `nil` where nothing keeps it from that.
    private mutating func enter(_ path: Path, at place: Path) -> Result<File, FileFailure>? {
        do throws(Errno) {
            let entries = try Self.entries(of: place)
            let place = place.appending("")
            directories.append(
                Directory(
                    path: path, place: place,
                    rule: place.withCString { DirectoryRule(directory: $0) },
                    entries: entries.sorted {
                        $1.name.bytes.lexicographicallyPrecedes($0.name.bytes)
                    }))
            return nil
        } catch {
            return .failure(FileFailure(path: path, text: error.text))
        }
    }

    private static func entries(of directory: Path) throws(Errno) -> [Entry] {
        try directory.withCString { (path) throws(Errno) in
            let descriptor = try FileDescriptor(
                path: path, for: [.reading, .directory, .init(rawValue: O_NOFOLLOW)])
            var names = NameList()
            try descriptor.list(into: &names) { _ in true }
            return (0..<names.count).map {
                Entry(
                    name: Path(cString: names[$0]),
                    kind: kind(of: names[$0], names.type(of: $0), in: descriptor))
            }
        }
    }

    private static func kind(
        of name: UnsafePointer<CChar>, _ type: UInt8, in directory: borrowing FileDescriptor
    ) -> Entry.Kind {
        // DTTOIF() of <dirent.h>.
        guard type == DT_UNKNOWN else { return kind(of: mode_t(type) << 12) }
        // What is gone in the meantime is told when it is opened.
        guard let status = try? directory.status(of: name) else { return .file }
        return kind(of: status.st_mode)
    }

    private static func kind(of mode: mode_t) -> Entry.Kind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .other
        }
    }
}
