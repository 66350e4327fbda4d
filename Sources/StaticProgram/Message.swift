import CLinux
import DigestList
import LinuxFiles

/// A line of text for people, of bytes alone: Unicode's tables have no place in a static program.
public struct Message: ExpressibleByStringLiteral, Sendable {
    /// The text's bytes.
    public private(set) var bytes: [UInt8] = []

    /// Creates a message.
    ///
    /// - Parameter text: How it begins.
    public init(_ text: StaticString = "") { bytes = text.bytes }

    /// Creates a message from a literal.
    public init(stringLiteral text: StaticString) { self.init(text) }

    /// Creates a message of an error number in words and as a symbol.
    ///
    /// - Parameter errno: The error number.
    public init(_ errno: Errno) {
        if let reason = errno.reason { add(foreign: reason) }
        add(" (")
        if let name = errno.name { add(foreign: name) } else { add(UInt32(errno.rawValue)) }
        add(")")
    }

    /// One text and another behind it.
    public static func + (start: Message, end: Message) -> Message {
        Message(bytes: start.bytes + end.bytes)
    }

    /// Creates a message from a text and what somebody else wrote.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - foreign: What stands behind it, in which nothing can pass for something else.
    public init(_ text: StaticString, _ foreign: UnsafePointer<CChar>) {
        self.init(text)
        add(foreign: foreign)
    }

    /// Creates a message from a text that another program wrote.
    ///
    /// - Parameter bytes: The text's bytes.
    public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Adds the text of another message.
    public mutating func add(_ other: Message) { bytes.append(contentsOf: other.bytes) }

    /// Adds a decimal number.
    public mutating func add(_ number: some FixedWidthInteger & UnsignedInteger) {
        let start = bytes.count
        var rest = UInt64(number)
        repeat {
            bytes.insert(UInt8(ascii: "0") + UInt8(rest % 10), at: start)
            rest /= 10
        } while rest > 0
    }

    /// Adds a text of somebody else's, such as a file's name, in which nothing can pass for
    /// something else: what is not printable becomes `\xHH`.
    public mutating func add(foreign text: UnsafePointer<CChar>) {
        for byte in LinuxFiles.bytes(of: text) {
            if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                add("\\x")
                bytes += [Hexadecimal.digit(byte >> 4), Hexadecimal.digit(byte)]
            }
        }
    }

    /// Leaves out the middle of a text that is longer than a length, in bytes: a reason stands at
    /// the end.
    mutating func shorten(to length: Int) {
        guard bytes.count > length else { return }
        bytes.replaceSubrange(length / 2..<bytes.count - length / 2, with: Message("...").bytes)
    }
}
