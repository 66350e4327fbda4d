import CLinux

/// An open file, closed at the end of its life.
public struct FileDescriptor: ~Copyable {
    /// The number of the descriptor.
    public let rawValue: Int32

    /// Takes over a descriptor that a system call has returned.
    ///
    /// - Parameter number: The descriptor; negative where the call failed.
    /// - Throws: ``Errno`` of the call.
    public init(_ number: Int32) throws(Errno) {
        guard number >= 0 else { throw .current }
        rawValue = number
    }

    /// Opens a file; the descriptor is closed on `exec`.
    ///
    /// - Parameters:
    ///   - path: The file's path, relative to the working directory.
    ///   - flags: What the file is opened for.
    /// - Throws: ``Errno`` of `openat(2)`.
    public init(path: UnsafePointer<CChar>, for flags: OpenFlags) throws(Errno) {
        rawValue = try retrying {
            clinux_openat(AT_FDCWD, path, flags.rawValue | O_CLOEXEC)
        }
    }

    /// Opens an entry of a directory and nothing else: no symbolic link is followed, and nothing
    /// that is mounted over the entry is entered. The descriptor is closed on `exec`.
    ///
    /// - Parameters:
    ///   - entry: The entry's name.
    ///   - directory: The directory.
    ///   - flags: What the file is opened for.
    /// - Throws: ``Errno`` of `openat2(2)`: `ELOOP` for a symbolic link, `EXDEV` for a mount.
    public init(
        entry: UnsafePointer<CChar>, of directory: borrowing FileDescriptor, for flags: OpenFlags
    ) throws(Errno) {
        let number = directory.rawValue
        rawValue = try retrying {
            clinux_open_entry(number, entry, flags.rawValue | O_CLOEXEC)
        }
    }

    deinit { close(rawValue) }

    /// What a file is opened for, and how.
    public struct OpenFlags: OptionSet, Sendable {
        /// The flags of `open(2)`.
        public var rawValue: Int32

        /// Creates a set from the flags of `open(2)`.
        ///
        /// - Parameter rawValue: The flags.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// Reading. The corresponding C constant is `O_RDONLY`.
        public static let reading = OpenFlags(rawValue: O_RDONLY)
        /// Writing. The corresponding C constant is `O_WRONLY`.
        public static let writing = OpenFlags(rawValue: O_WRONLY)
        /// Only a directory. The corresponding C constant is `O_DIRECTORY`.
        public static let directory = OpenFlags(rawValue: O_DIRECTORY)
        /// Without waiting, as on FIFOs. The corresponding C constant is `O_NONBLOCK`.
        public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
    }
}

extension FileDescriptor {
    /// The file's status, from `fstat(2)`.
    ///
    /// - Throws: ``Errno`` of the call.
    public func status() throws(Errno) -> stat {
        var status = stat()
        _ = try retrying { fstat(rawValue, &status) }
        return status
    }

    /// The status of a file in this directory, not of what a symbolic link leads to.
    ///
    /// - Parameter path: The file's path, relative to this directory.
    /// - Throws: ``Errno`` of `fstatat(2)`.
    public func status(of path: UnsafePointer<CChar>) throws(Errno) -> stat {
        var status = stat()
        _ = try retrying { fstatat(rawValue, path, &status, AT_SYMLINK_NOFOLLOW) }
        return status
    }

    /// Whether this directory has an entry.
    ///
    /// - Parameter name: The entry's name.
    public func hasEntry(_ name: StaticString) -> Bool {
        (try? status(of: name.cString)) != nil
    }

    /// Whether the file is on a file system of a type.
    ///
    /// - Parameter type: The type.
    /// - Throws: ``Errno`` of `fstatfs(2)`.
    public func isOnFileSystem(_ type: FileSystemType) throws(Errno) -> Bool {
        var status = statfs()
        _ = try retrying { fstatfs(rawValue, &status) }
        return UInt32(truncatingIfNeeded: status.f_type) == type.rawValue
    }

    /// Reads into memory until it is full or the file ends.
    ///
    /// - Parameter target: Where the bytes go.
    /// - Returns: The number of bytes read.
    /// - Throws: ``Errno`` of `read(2)`.
    public func read(into target: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        var done = 0
        while done < target.count {
            let count = try retrying {
                CLinux.read(rawValue, target.baseAddress! + done, target.count - done)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads with one call into two stretches of memory.
    ///
    /// - Parameters:
    ///   - first: Where the first bytes go.
    ///   - second: Where the rest goes.
    /// - Returns: The number of bytes read; of a regular file, less than there is room for only
    ///   where the file ends.
    /// - Throws: ``Errno`` of `readv(2)`.
    public func readOnce(
        into first: UnsafeMutableRawBufferPointer, _ second: UnsafeMutableRawBufferPointer
    ) throws(Errno) -> Int {
        try retrying {
            clinux_read_two(
                rawValue, first.baseAddress, first.count, second.baseAddress, second.count)
        }
    }

    /// Writes with one call, which may write less than it was given.
    ///
    /// - Parameter bytes: What to write.
    /// - Returns: The number of bytes written.
    /// - Throws: ``Errno`` of `write(2)`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        try retrying { CLinux.write(rawValue, bytes.baseAddress, bytes.count) }
    }

    /// Writes with one call.
    ///
    /// - Parameter bytes: What to write.
    /// - Returns: How many bytes were written.
    /// - Throws: ``Errno`` of `write(2)`.
    public func write(_ bytes: [UInt8]) throws(Errno) -> Int {
        try retrying { CLinux.write(rawValue, bytes, bytes.count) }
    }
}

/// A type of file systems, by the number that `statfs(2)` gives.
///
/// The raw values are those of `<linux/magic.h>`.
public enum FileSystemType: UInt32, Sendable {
    /// Processes. The corresponding C constant is `PROC_SUPER_MAGIC`.
    case procfs = 0x9fa0
    /// Security modules. The corresponding C constant is `SECURITYFS_MAGIC`.
    case securityfs = 0x7363_6673
}

extension StaticString {
    /// The string for C: literals end with a NUL.
    public var cString: UnsafePointer<CChar> {
        UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// The string's bytes, without its NUL.
    public var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount))
    }
}

extension stat {
    /// Whether the file is a regular one.
    public var isRegular: Bool { st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) }
    /// Whether the file is a symbolic link.
    public var isSymbolicLink: Bool { st_mode & mode_t(S_IFMT) == mode_t(S_IFLNK) }
    /// When the file's contents changed last, in nanoseconds since the Epoch; of a directory, when
    /// a name in it did.
    public var lastChange: Int64 { st_mtim.nanoseconds }
}

extension timespec {
    /// The time in nanoseconds; the sense of one that is too far away is lost.
    public var nanoseconds: Int64 { Int64(tv_sec) &* 1_000_000_000 &+ Int64(tv_nsec) }
}
