import CLinux
import LinuxFiles

/// What a file's directory says about whether the file may change.
///
/// The rule is that of the kernel's own tools.
public enum DirectoryRule: UInt8, BitwiseCopyable, Sendable {
    /// The file's mode decides.
    case mode
    /// Immutable, but for what `depmod` writes.
    case modules
    /// Immutable.
    case immutable

    /// The rule for a directory.
    ///
    /// - Parameters:
    ///   - path: The directory's path with a slash at its end.
    ///   - count: The path's length, in bytes, where more than the directory stands there.
    public init(directory path: UnsafePointer<CChar>, count: Int = .max) {
        func contains(_ part: StaticString) -> Bool {
            guard let place = strstr(path, part.cString) else { return false }
            return UnsafePointer(place) - path <= count - part.utf8CodeUnitCount
        }
        // What the others have in common, and most directories lack, is looked for first.
        if !contains("/lib") {
            self = .mode
        } else if contains("/lib/firmware") || contains("/usr/libexec/sudo") || contains("/lib64/")
        {
            self = .immutable
        } else {
            self = contains("/lib/modules") ? .modules : .mode
        }
    }

    /// Whether a file may not change.
    ///
    /// - Parameters:
    ///   - mode: The file's mode, with type and permissions, as RPM's `FILEMODES` has it.
    ///   - size: The file's size, in bytes.
    ///   - baseName: The file's name without its directory, where the rule is ``modules``.
    public func isImmutable(
        mode: UInt16, size: UInt64, baseName: UnsafePointer<CChar>?
    ) -> Bool {
        switch self {
        case .immutable: true
        case .modules where strncmp(baseName!, "modules.", 8) != 0: true
        default: size > 0 && (mode & 0o111 != 0 || mode & 0o222 == 0)
        }
    }
}
