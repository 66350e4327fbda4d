import CGlibc
import DigestList
import Glibc
import LinuxFiles

/// A directory in which digest lists appear all at once, each of them whole.
///
/// Lists are first written into a hidden directory of their own inside it, whose name no reader
/// takes for a digest list. Then one `syncfs(2)` brings all of them to the disk, which is as safe
/// as an `fsync(2)` for each and takes a fraction of the time for thousands; then they are renamed
/// to their places, and an `fsync(2)` of the directory makes the names last. So whatever happens,
/// a name stands for the old list or for the new one. What a killed process left behind is taken
/// away by the next, and a lock on the directory keeps two apart.
public final class OutputDirectory {
    /// The directory's path.
    public let path: Path
    private let descriptor: Int32
    private let stagingName: Path
    private let stagingDescriptor: Int32
    /// The lists that were added, and where each came from.
    private var sources: [Path: String] = [:]
    private var staged: [Path] = []
    /// The files that lists are to replace, where they have been read before.
    private var originals: [Path: OriginalFile] = [:]

    /// What became of a list.
    public enum Outcome {
        /// It is new, or different from the one in the directory.
        case written
        /// The directory holds it already.
        case unchanged
        /// It was added before.
        case repeated
    }

    /// Opens a directory, or makes it where it is missing, and waits until nobody else writes to it.
    ///
    /// - Parameters:
    ///   - path: The directory's path.
    ///   - messages: What tells that somebody else is at work.
    /// - Throws: ``CommandError`` where it cannot be written to.
    public init(_ path: Path, _ messages: Messages) throws(CommandError) {
        self.path = path
        do {
            descriptor = try Self.open(path)
            try Self.lock(descriptor, path, messages)
            Self.removeLeftovers(in: descriptor, path)
            stagingName = try Self.makeStagingDirectory(in: path)
            stagingDescriptor = try Self.openDirectory(stagingName, in: descriptor)
        } catch {
            throw CommandError("\(path.text): \(error.text)")
        }
    }

    deinit {
        Self.remove(stagingName, in: descriptor, files: staged)
        close(stagingDescriptor)
        close(descriptor)
    }

    private static func open(_ path: Path) throws(Errno) -> Int32 {
        try path.withCString { (path) throws(Errno) in
            if mkdir(path, 0o755) != 0, Errno.current != .exists { throw .current }
            return try systemCall { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        }
    }

    private static func openDirectory(
        _ name: Path, in directory: Int32
    ) throws(Errno) -> Int32 {
        try systemCall {
            name.withCString {
                openat(directory, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
        }
    }

    private static func lock(
        _ descriptor: Int32, _ path: Path, _ messages: Messages
    ) throws(Errno) {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
        guard Errno.current.rawValue == EWOULDBLOCK else { throw .current }
        messages.notice(path.text, "waiting for another program that writes here")
        // Not in one wait without end, which a signal that comes just before it would not end.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard Errno.current.rawValue == EWOULDBLOCK else { throw .current }
            if Interruption.isRequested { throw .interrupted }
            usleep(50_000)
        }
    }
}

extension OutputDirectory {
    /// Adds a list, which appears in the directory with ``commit()``.
    ///
    /// - Parameters:
    ///   - list: The list's bytes.
    ///   - name: The list's file name.
    ///   - source: The package that it was made from, for messages.
    ///   - original: The file that it replaces, whose permissions and owner it gets, and which must
    ///     be the same until then; `nil` for whatever is there, if anything.
    /// - Returns: What will become of it.
    /// - Throws: ``CommandError`` where it cannot be written, or another list has the name.
    public func add(
        _ list: [UInt8], as name: Path, from source: String, replacing original: OriginalFile? = nil
    ) throws(CommandError) -> Outcome {
        if let earlier = sources[name] {
            guard self.list(name) == list else {
                throw CommandError("\(name.text) has been made from \(earlier), which differs")
            }
            return .repeated
        }
        if Self.content(of: name, in: descriptor) == list {
            sources[name] = source
            return .unchanged
        }
        do { try write(list, as: name, like: original) } catch {
            throw CommandError("cannot write \(name.text): \(error.text)")
        }
        sources[name] = source
        originals[name] = original
        return .written
    }

    /// The list that a name stands for, or will stand for with ``commit()``.
    ///
    /// - Parameter name: The list's file name.
    /// - Returns: `nil` where there is none that can be read.
    public func list(_ name: Path) -> [UInt8]? {
        Self.content(of: name, in: staged.contains(name) ? stagingDescriptor : descriptor)
    }

    /// Takes a list back that was added.
    ///
    /// - Parameter name: The list's file name.
    /// - Returns: The list and what it was made from; `nil` where there is none of that name.
    public func takeBack(_ name: Path) -> (list: [UInt8], source: String)? {
        guard let source = sources.removeValue(forKey: name) else { return nil }
        originals[name] = nil
        guard let index = staged.firstIndex(of: name) else {
            return Self.content(of: name, in: descriptor).map { ($0, source) }
        }
        let list = Self.content(of: name, in: stagingDescriptor)
        staged.remove(at: index)
        _ = name.withCString { unlinkat(stagingDescriptor, $0, 0) }
        return list.map { ($0, source) }
    }

    /// Brings all lists to the disk, then each to its place.
    ///
    /// - Parameter failed: Is called for each list that could not be moved there, with its name
    ///   and what is wrong.
    /// - Throws: ``CommandError`` where the lists could not be brought to the disk; none of them
    ///   is in its place then.
    public func commit(failed: (Path, String) -> Void) throws(CommandError) {
        guard !staged.isEmpty else { return }
        guard syncfs(stagingDescriptor) == 0 else {
            let reason = Errno.current.text
            throw CommandError("\(path.text): cannot bring lists to the disk: \(reason)")
        }
        for name in staged {
            if let original = originals[name], OriginalFile(name, in: descriptor) != original {
                failed(name, "changed while it was worked on, and left alone")
                continue
            }
            let result = name.withCString { renameat(stagingDescriptor, $0, descriptor, $0) }
            if result != 0 { failed(name, Errno.current.text) }
        }
        guard fsync(descriptor) == 0 else {
            throw CommandError("\(path.text): \(Errno.current.text)")
        }
    }

    /// Removes lists.
    ///
    /// - Parameters:
    ///   - names: The lists' file names.
    ///   - failed: Is called for each list that could not be removed, with its name and what is
    ///     wrong.
    /// - Throws: ``CommandError`` where what has been done could not be brought to the disk.
    public func remove(
        _ names: [Path], failed: (Path, String) -> Void
    ) throws(CommandError) {
        guard !names.isEmpty else { return }
        for name in names where name.withCString({ unlinkat(descriptor, $0, 0) }) != 0 {
            failed(name, Errno.current.text)
        }
        guard fsync(descriptor) == 0 else {
            throw CommandError("\(path.text): \(Errno.current.text)")
        }
    }

    private func write(
        _ list: [UInt8], as name: Path, like original: OriginalFile?
    ) throws(Errno) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let file = try systemCall {
            name.withCString { openat(stagingDescriptor, $0, flags, 0o644) }
        }
        defer { close(file) }
        do throws(Errno) {
            try writeAll(list, to: file)
            try original?.passOn(to: file)
        } catch {
            _ = name.withCString { unlinkat(stagingDescriptor, $0, 0) }
            throw error
        }
        staged.append(name)
    }

    /// The bytes of a list in a directory; `nil` where there is none that can be read.
    private static func content(of name: Path, in directory: Int32) -> [UInt8]? {
        guard let file = try? openRegularFile(name, in: directory, followsLink: false) else {
            return nil
        }
        defer { close(file) }
        return try? readAll(file, limit: .max)
    }
}

extension OutputDirectory {
    private static let stagingPrefix = ".diglim-"
    private static let stagingSuffix = "XXXXXX"

    private static func makeStagingDirectory(in path: Path) throws(Errno) -> Path {
        let pattern = path.appending(stagingPrefix + stagingSuffix)
        var template = pattern.bytes.map { CChar(bitPattern: $0) }
        template.append(0)
        guard mkdtemp(&template) != nil else { throw .current }
        return Path(bytes: template.dropLast().map { UInt8(bitPattern: $0) }).lastComponent
    }

    /// Takes away what killed processes left; what cannot be taken away hurts nobody.
    private static func removeLeftovers(in directory: Int32, _ path: Path) {
        let names = (try? entries(of: path)) ?? []
        let length = stagingPrefix.utf8.count + stagingSuffix.utf8.count
        for name in names
        where name.bytes.count == length && name.bytes.starts(with: stagingPrefix.utf8) {
            remove(name, in: directory, files: (try? entries(of: path.appending(name))) ?? [])
        }
    }

    private static func remove(_ staging: Path, in directory: Int32, files: [Path]) {
        guard let descriptor = try? openDirectory(staging, in: directory) else { return }
        defer { close(descriptor) }
        for file in files { _ = file.withCString { unlinkat(descriptor, $0, 0) } }
        _ = staging.withCString { unlinkat(directory, $0, AT_REMOVEDIR) }
    }
}
