/// A path or a file name as the kernel has it: bytes without a NUL, in any encoding.
public struct Path: Hashable, Sendable {
    /// The bytes, without a NUL at the end.
    public var bytes: [UInt8]

    /// Creates a path from bytes.
    ///
    /// - Parameter bytes: The bytes, without a NUL.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Creates a path from text.
    ///
    /// - Parameter text: The text, without a NUL.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Creates a path from a C string.
    ///
    /// - Parameter string: The string, which is copied.
    public init(cString string: UnsafePointer<CChar>) {
        var length = 0
        while string[length] != 0 { length += 1 }
        bytes = UnsafeBufferPointer(start: string, count: length).map { UInt8(bitPattern: $0) }
    }

    /// The path for people and for messages, without anything that a terminal would obey.
    public var text: String { printable(bytes) }

    /// The part after the last slash.
    public var lastComponent: Path {
        var end = bytes.count
        while end > 1, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
        let start = bytes[..<end].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return Path(bytes: Array(bytes[start..<end]))
    }

    /// The path of something in this directory.
    ///
    /// - Parameter name: The path relative to this directory; a slash at its start is of no
    ///   meaning.
    public func appending(_ name: Path) -> Path {
        var joined = bytes
        if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
        joined += name.bytes.drop { $0 == UInt8(ascii: "/") }
        return Path(bytes: joined)
    }

    /// The path of something in this directory.
    ///
    /// - Parameter name: The path relative to this directory.
    public func appending(_ name: String) -> Path { appending(Path(name)) }

    /// Adds to the last component.
    ///
    /// - Parameter suffix: What is added.
    public func withSuffix(_ suffix: String) -> Path { Path(bytes: bytes + Array(suffix.utf8)) }

    /// Calls a function with the path as a C string.
    ///
    /// - Parameter body: The function.
    /// - Returns: What the function returns.
    public func withCString<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let string = bytes.map { CChar(bitPattern: $0) } + [0]
        return try string.span.withUnsafeBufferPointer { (buffer) throws(Failure) in
            guard let start = buffer.baseAddress else { preconditionFailure() }
            return try body(start)
        }
    }
}
