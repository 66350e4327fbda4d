import CGlibc
import CLinux
import CommandLineTool
import DigestList
import LinuxFiles

/// The files of a directory that are verified before anybody asks for them: all, in the order in
/// which the parser uploads them, and then those that change.
struct ReadAhead: ~Copyable {
    /// What tells changes, and becomes readable then.
    let watch: FileDescriptor
    private var watchNumber: Int32 = -1
    private let directory: Path
    private var queue: [Path] = []
    private var position = 0
    /// What has changed just now and may change again.
    private var later: Set<Path> = []
    /// The files at which an earlier process has ended.
    private var passedOver: Set<Path>

    /// Begins without files.
    ///
    /// - Parameters:
    ///   - directory: The directory's path.
    ///   - passedOver: The names of files that are left alone until they change.
    /// - Throws: ``Errno`` where there are no descriptors.
    init(of directory: Path, passingOver passedOver: Set<Path>) throws(Errno) {
        let number = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        // Where others use up all that this user can have, changes show when somebody asks.
        watch = try FileDescriptor(number >= 0 ? number : eventfd(0, Int32(EFD_NONBLOCK)))
        self.directory = directory
        self.passedOver = passedOver
    }

    /// For how long there is nothing to do unless something happens, as `poll(2)` takes it.
    var patience: Int32 {
        if position < queue.count { return 0 }
        return later.isEmpty ? -1 : Int32(2 * FileIdentity.timestampStep / 1_000_000)
    }

    /// Looks at the whole directory, once more or because it is another one.
    ///
    /// - Parameter verifier: The verifier of the directory's lists.
    mutating func look(_ verifier: ListVerifier) {
        if watchNumber >= 0 { inotify_rm_watch(watch.rawValue, watchNumber) }
        let events =
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB
            | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        watchNumber = directory.withCString {
            inotify_add_watch(watch.rawValue, $0, UInt32(events))
        }
        let names = (try? verifier.names()) ?? []
        verifier.forgetAll(but: Set(names))
        later = []
        queue = names.filter { Self.isList($0) && !passedOver.contains($0) }
        queue.sort { first, second in
            first.bytes.withUnsafeBytes { first in
                second.bytes.withUnsafeBytes { ListName.precedes(first.bytes, $0.bytes) }
            }
        }
        position = 0
    }

    private static func isList(_ name: Path) -> Bool {
        name.bytes.withUnsafeBytes { ListName($0.bytes) != nil }
    }

    /// Takes the next file.
    ///
    /// - Parameter verifier: The verifier of the directory's lists.
    /// - Returns: The file's name; `nil` where none is to be verified now.
    mutating func next(_ verifier: ListVerifier) -> Path? {
        if position == queue.count {
            queue = Array(later)
            later = []
            position = 0
        }
        guard position < queue.count else { return nil }
        defer { position += 1 }
        let name = queue[position]
        guard verifier.isRecent(name) else { return name }
        later.insert(name)
        return nil
    }
}

// MARK: - Changes

extension ReadAhead {
    /// Takes note of what has changed.
    ///
    /// - Parameter verifier: The verifier of the directory's lists.
    mutating func takeChanges(_ verifier: ListVerifier) {
        var isWhole = false
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                read(watch.rawValue, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            if takeChanges(buffer.prefix(count), verifier) { isWhole = true }
        }
        guard isWhole else { return }
        try? verifier.openDirectory()
        look(verifier)
    }

    /// - Returns: Whether the whole directory is to be looked at.
    private mutating func takeChanges(
        _ events: ArraySlice<UInt8>, _ verifier: ListVerifier
    ) -> Bool {
        let headerSize = MemoryLayout<inotify_event>.size
        var isWhole = false
        var rest = events
        while rest.count >= headerSize {
            let event = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
            let name = rest.dropFirst(headerSize).prefix(Int(event.len)).prefix { $0 != 0 }
            rest = rest.dropFirst(headerSize + Int(event.len))
            // What was said of a watch before.
            if event.wd != watchNumber && event.mask & UInt32(IN_Q_OVERFLOW) == 0 { continue }
            if name.isEmpty || name.elementsEqual(".immutable".utf8) {
                isWhole = true
            } else {
                takeChange(of: Path(bytes: Array(name)), verifier)
            }
        }
        return isWhole
    }

    private mutating func takeChange(of name: Path, _ verifier: ListVerifier) {
        passedOver.remove(name)
        if Self.isList(name) { later.insert(name) } else { verifier.forget(name) }
    }
}
