import CLinux
import DigestList
import LinuxFiles

/// Notices when the lists of a directory change, also where another directory takes its place.
///
/// The directory is watched for its lists, and its parent for the directory; a change of what is
/// mounted shows in procfs. While there is no such directory, it is looked for now and then.
struct DirectoryWatch: ~Copyable {
    /// The descriptor that can be read when something has happened.
    let events: FileDescriptor
    /// The descriptor that has priority data when something was mounted or unmounted, open for as
    /// long as the program runs; negative without procfs.
    let mounts: Int32
    private let path: [CChar]
    private let parent: [CChar]
    private let name: [CChar]
    private var directoryWatch: Int32 = -1
    private var parentWatch: Int32 = -1

    /// Creates the watch; what happens before ``renew()`` goes unnoticed.
    ///
    /// - Parameter path: The directory's path.
    /// - Throws: ``Errno`` of `inotify_init1(2)`.
    init(of path: UnsafePointer<CChar>) throws(Errno) {
        events = try FileDescriptor(
            inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK)))
        let mountTable: StaticString = "/proc/self/mountinfo"
        mounts = clinux_openat(AT_FDCWD, mountTable.cString, O_RDONLY | O_CLOEXEC)
        let bytes = Self.withoutSlashes(path)
        let slash = bytes.lastIndex(of: CChar(UInt8(ascii: "/")))
        self.path = bytes + [0]
        name = Array(bytes[(slash.map { $0 + 1 } ?? 0)...]) + [0]
        // "dir" has the parent ".", "/dir" has "/".
        parent =
            slash.map { Array(bytes[..<max($0, 1)]) + [0] } ?? [CChar(UInt8(ascii: ".")), 0]
    }

    private static func withoutSlashes(_ path: UnsafePointer<CChar>) -> [CChar] {
        var bytes = Array(UnsafeBufferPointer(start: path, count: strlen(path)))
        while bytes.count > 1, bytes.last == CChar(UInt8(ascii: "/")) { bytes.removeLast() }
        return bytes
    }

    /// Whether the directory is there.
    var isWatching: Bool { directoryWatch >= 0 }

    private static let listEvents =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        | UInt32(IN_CREATE)
    private static let selfEvents = UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)
    private static let goneEvents = selfEvents | UInt32(IN_UNMOUNT) | UInt32(IN_IGNORED)

    /// Watches what now has the directory's path.
    ///
    /// - Returns: Whether that is something else than before.
    mutating func renew() -> Bool {
        parentWatch = renewed(parentWatch, parent)
        let watch = renewed(directoryWatch, path)
        defer { directoryWatch = watch }
        return watch != directoryWatch
    }

    private func renewed(_ old: Int32, _ path: [CChar]) -> Int32 {
        let mask = Self.listEvents | Self.selfEvents | UInt32(IN_ONLYDIR)
        let watch = inotify_add_watch(events.rawValue, path, mask)
        if old >= 0, old != watch { inotify_rm_watch(events.rawValue, old) }
        return watch
    }

    /// Takes what has happened since the last time.
    ///
    /// - Returns: Whether lists may have changed.
    mutating func takeEvents() -> Bool {
        var isChanged = false
        var isMoved = false
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 8) { buffer in
            while true {
                let count = read(events.rawValue, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                while let event = Event(takenFrom: &rest) {
                    if concernsDirectory(event) { isMoved = true }
                    if concernsList(event) { isChanged = true }
                }
            }
        }
        if isMoved, renew() { isChanged = true }
        return isChanged
    }

    private func concernsDirectory(_ event: Event) -> Bool {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
        if event.watch == directoryWatch || event.watch == parentWatch,
            event.mask & Self.goneEvents != 0
        {
            return true
        }
        return event.watch == parentWatch && event.name.map { strcmp($0, name) == 0 } == true
    }

    private static func isRPMList(_ name: UnsafePointer<CChar>) -> Bool {
        let bytes = bytes(of: name).bytes
        return ListName(bytes)?.hasFormat("rpm", in: bytes) == true
    }

    private func concernsList(_ event: Event) -> Bool {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
        guard event.watch == directoryWatch else { return false }
        guard let name = event.name else { return event.mask & Self.goneEvents != 0 }
        let immutable: StaticString = ".immutable"
        return Self.isRPMList(name) || strcmp(name, immutable.cString) == 0
    }
}

/// One event of `inotify(7)`.
private struct Event {
    var watch: Int32
    var mask: UInt32
    /// The name in a watched directory, valid as long as the buffer.
    var name: UnsafePointer<CChar>?

    init?(takenFrom buffer: inout UnsafeRawBufferPointer) {
        let size = MemoryLayout<inotify_event>.size
        guard buffer.count >= size else { return nil }
        let header = buffer.loadUnaligned(as: inotify_event.self)
        guard Int(header.len) <= buffer.count - size else { return nil }
        watch = header.wd
        mask = header.mask
        if header.len > 0 {
            name = (buffer.baseAddress! + size).assumingMemoryBound(to: CChar.self)
        }
        buffer = UnsafeRawBufferPointer(rebasing: buffer[(size + Int(header.len))...])
    }
}
