/// A label that the kernel can hold, to be written before each upload.
///
/// The kernel cuts the names in `digest_lists_loaded` at 255 bytes and cannot cope with where the
/// cut may fall, so a label stays short enough for `sha512-<128 digits>-<label>.ascii`; and it
/// follows from a list's name alone, so that whoever has the name finds what is loaded for it.
public struct Label: Sendable {
    /// The length that fits into a file name beside the longest digest, in bytes.
    public static let maximumLength = 113

    /// The label's bytes and the NUL that ends it, without which the rest of an older label stays.
    public let bytes: [UInt8]

    /// Creates the label of a digest list.
    ///
    /// A name that is too long keeps its beginning, and gets a hash of the whole at its end.
    ///
    /// - Parameter name: The list's file name, without a NUL.
    /// - Returns: `nil` where the name is empty or has a character that the kernel refuses.
    public init?(listName name: RawSpan) {
        let bytes = name.withUnsafeBytes { Array($0) }
        guard !bytes.isEmpty, bytes.allSatisfy(Self.accepts) else { return nil }
        self.bytes = (bytes.count <= Self.maximumLength ? bytes : Self.shortened(bytes)) + [0]
    }

    /// Creates the label that a loaded list has, whatever its length and whoever gave it.
    ///
    /// - Parameter label: The label, without a NUL.
    /// - Returns: `nil` where no list can have it.
    public init?(ofLoadedList label: RawSpan) {
        let bytes = label.withUnsafeBytes { Array($0) }
        guard 1...255 ~= bytes.count, bytes.allSatisfy(Self.accepts) else { return nil }
        self.bytes = bytes + [0]
    }

    /// The digits of the hash at the end of a shortened label.
    private static let hashDigits = 16

    private static func shortened(_ name: [UInt8]) -> [UInt8] {
        let hash = fnv1a(name)
        let digits = (1...hashDigits).map {
            Hexadecimal.digit(UInt8(truncatingIfNeeded: hash >> (64 - 4 * $0)))
        }
        return name.prefix(maximumLength - hashDigits - 1) + [UInt8(ascii: "~")] + digits
    }

    /// Whether the label is a shortened one, as far as can be seen: the names of several lists may
    /// come to it.
    public var isShortened: Bool {
        bytes.count == Self.maximumLength + 1
            && bytes[Self.maximumLength - Self.hashDigits - 1] == UInt8(ascii: "~")
    }

    /// Gives a body the label as a string of C's.
    ///
    /// - Parameter body: Must not keep the string.
    public func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        bytes.withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }

    /// Whether the kernel's `isgraph()` holds for a byte: it reads bytes as Latin-1.
    ///
    /// - Parameter byte: The byte of a label.
    public static func accepts(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) || byte >= 0xa1
    }
}
