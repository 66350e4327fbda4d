import LinuxFiles

/// Where the owner of a machine says that DIGLIM's interface is, for those whom nobody else tells.
public enum InterfaceFile {
    /// The file.
    public static let path: StaticString = "/etc/diglim/interface"

    /// What is wrong with the file.
    public struct Failure: Error {
        /// The failure in words.
        public var reason: StaticString
        /// The error of the system call that failed.
        public var errno: Errno?
    }

    /// The longest path that the kernel takes, in bytes without its NUL.
    private static let longestPath = 4095

    /// Reads the file.
    ///
    /// - Returns: The absolute path of the interface's directory, without a NUL; `nil` where there
    ///   is no such file.
    /// - Throws: ``Failure`` where it cannot be read, or is not one line with such a path.
    public static func directory() throws(Failure) -> [UInt8]? {
        guard let content = try content() else { return nil }
        let lineFeed = UInt8(ascii: "\n")
        let line = content.last == lineFeed ? content.dropLast() : content
        if line.isEmpty { throw Failure(reason: "empty; it should have the path of a directory") }
        if line.contains(lineFeed) { throw Failure(reason: "more than one line") }
        if line.contains(0) { throw Failure(reason: "a NUL in the path") }
        if line.count > longestPath { throw Failure(reason: "too long for a path") }
        if line.first != UInt8(ascii: "/") { throw Failure(reason: "not an absolute path") }
        return Array(line)
    }

    /// What is in the file, as far as it could be a path.
    private static func content() throws(Failure) -> ArraySlice<UInt8>? {
        do throws(Errno) {
            let file = try FileDescriptor(path: path.cString, for: [.reading, .nonBlocking])
            var bytes = [UInt8](repeating: 0, count: longestPath + 2)
            var span = bytes.mutableSpan
            let count = try span.withUnsafeMutableBytes { (bytes) throws(Errno) in
                try file.read(into: bytes)
            }
            return bytes[..<count]
        } catch {
            if error == .noEntry { return nil }
            throw Failure(reason: "cannot be read", errno: error)
        }
    }
}
