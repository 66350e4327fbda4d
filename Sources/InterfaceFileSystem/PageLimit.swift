import Glibc
import LinuxFiles

/// How many pages one request of FUSE may carry.
///
/// Kernels from 6.13 have a limit to be set by root; those before have 256, and before 4.20, 32.
public enum PageLimit {
    /// The size of a page, in bytes.
    public static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private static let path: StaticString = "/proc/sys/fs/fuse/max_pages_limit"
    private static let fixed = 256
    private static let oldest = 32

    /// Raises the limit where it is lower and can be raised. What mounts later, keeps it.
    ///
    /// Where it cannot be raised, writes come in pieces and are put together again.
    ///
    /// - Parameter pages: The number of pages that are needed.
    static func raise(to pages: Int) {
        guard let current = read(), current < pages,
            let file = try? FileDescriptor(path: path.cString, for: .writing)
        else { return }
        let text = Array("\(pages)\n".utf8)
        _ = try? text.span.bytes.withUnsafeBytes { (text) throws(Errno) in
            try file.write(text)
        }
    }

    /// The number of pages that the kernel grants a connection.
    ///
    /// - Parameters:
    ///   - pages: The number that the connection asks for.
    ///   - negotiable: Whether the kernel lets it ask.
    static func granted(_ pages: Int, negotiable: Bool) -> Int {
        negotiable ? min(pages, read() ?? fixed) : oldest
    }

    private static func read() -> Int? {
        guard let file = try? FileDescriptor(path: path.cString, for: .reading) else { return nil }
        var text = [UInt8](repeating: 0, count: 32)
        var span = text.mutableSpan
        let size = try? span.withUnsafeMutableBytes { (target) throws(Errno) in
            try file.read(into: target)
        }
        let digits = text.prefix(size ?? 0).prefix { $0 != UInt8(ascii: "\n") }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
