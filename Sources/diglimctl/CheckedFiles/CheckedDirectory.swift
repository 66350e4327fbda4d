import CommandLineTool
import Glibc
import LinuxFiles

/// A directory of the system that is looked through.
struct CheckedDirectory: Sendable {
    /// The directory's path in the system, without links.
    var path: Path
    /// What it says about the files in it.
    var area: FileArea
    /// The file system that the directory above is on; `nil` where a walk begins.
    var device: dev_t?
    /// Whether programs in it can be executed.
    var allowsExecution = true

    /// What is in a directory.
    struct Contents {
        /// The directory, once it is known on which file system it is.
        var directory: CheckedDirectory
        /// What may be regular files, by name.
        var files: [Path] = []
        /// The directories in it.
        var directories: [CheckedDirectory] = []
    }

    /// A directory where a walk begins.
    ///
    /// - Parameter path: The directory's path in the system, without links.
    init(_ path: Path) {
        self.path = path
        area = FileArea(path)
    }

    /// Reads the directory.
    ///
    /// - Parameters:
    ///   - root: The system.
    ///   - isNew: Whether it has not been read before.
    /// - Returns: `nil` where it is gone, or not to be looked through.
    /// - Throws: ``Errno`` where it cannot be read.
    func contents(
        in root: SystemRoot, isNew: (FileIdentity) -> Bool
    ) throws(Errno) -> Contents? {
        do throws(Errno) {
            return try root.place(of: path).withCString { (place) throws(Errno) in
                let descriptor = try FileDescriptor(
                    path: place, for: [.reading, .directory, .init(rawValue: O_NOFOLLOW)])
                let status = try descriptor.status()
                guard isNew(FileIdentity(status)) else { return nil }
                var directory = self
                if status.st_dev != device {
                    // Where somebody asks for it, any file system is looked through.
                    if device != nil, !LocalFileSystem.isWalked(descriptor.rawValue) { return nil }
                    directory.device = status.st_dev
                    directory.allowsExecution = LocalFileSystem.allowsExecution(
                        descriptor.rawValue)
                }
                return try directory.contents(of: descriptor)
            }
        } catch {
            if error == .noEntry { return nil }
            throw error
        }
    }

    private func contents(of descriptor: borrowing FileDescriptor) throws(Errno) -> Contents {
        var contents = Contents(directory: self)
        var names = NameList()
        try descriptor.list(into: &names) { _ in true }
        for index in 0..<names.count {
            let name = Path(cString: names[index])
            // DTTOIF() of <dirent.h>.
            switch mode_t(names.type(of: index)) << 12 {
            case S_IFREG: contents.files.append(name)
            case S_IFDIR: contents.directories.append(entry(name))
            case 0:
                guard let status = try? descriptor.status(of: names[index]) else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    contents.directories.append(entry(name))
                } else {
                    contents.files.append(name)
                }
            default: break
            }
        }
        return contents
    }

    private func entry(_ name: Path) -> CheckedDirectory {
        var directory = self
        directory.path = path.appending(name)
        if area == .ordinary { directory.area = FileArea(directory.path) }
        return directory
    }
}

/// What a file is, whatever path leads to it.
struct FileIdentity: Hashable, Sendable {
    private let device: dev_t
    private let number: ino_t

    /// Takes it from a file's status.
    ///
    /// - Parameter status: The status.
    init(_ status: stat) {
        device = status.st_dev
        number = status.st_ino
    }
}
