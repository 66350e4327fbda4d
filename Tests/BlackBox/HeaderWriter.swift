/// An RPM header made by hand, to have what no build tool would make.
public struct HeaderWriter: Sendable {
    /// RPM's header magic.
    public static let magic: [UInt8] = [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0]

    /// The values of a tag.
    public struct Entry: Sendable {
        /// The tag's number.
        public var tag: UInt32
        /// The values' type.
        public var type: UInt32
        /// The number of values, as the index tells it.
        public var count: UInt32
        /// The values.
        public var data: [UInt8]

        /// Creates an entry.
        public init(tag: UInt32, type: UInt32, count: UInt32, data: [UInt8]) {
            self.tag = tag
            self.type = type
            self.count = count
            self.data = data
        }

        /// A string.
        public static func string(_ tag: HeaderTag, _ text: String) -> Entry {
            Entry(tag: tag.rawValue, type: 6, count: 1, data: Array(text.utf8) + [0])
        }

        /// An array of strings.
        public static func strings(_ tag: HeaderTag, _ texts: [String]) -> Entry {
            var data: [UInt8] = []
            for text in texts {
                data += Array(text.utf8)
                data.append(0)
            }
            return Entry(tag: tag.rawValue, type: 8, count: UInt32(texts.count), data: data)
        }

        /// Numbers of 16, 32 or 64 bits.
        public static func numbers<Number: FixedWidthInteger>(
            _ tag: HeaderTag, _ numbers: [Number]
        ) -> Entry {
            let type: UInt32 = [2: 3, 4: 4, 8: 5][Number.bitWidth / 8] ?? 0
            return Entry(
                tag: tag.rawValue, type: type, count: UInt32(numbers.count),
                data: numbers.flatMap { bigEndian($0) })
        }
    }

    /// The tags, in the order of the index.
    public var entries: [Entry]

    /// Creates a header.
    ///
    /// - Parameter entries: The tags, in the order of the index.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The entry of a tag; setting it to `nil` takes it out.
    public subscript(tag: HeaderTag) -> Entry? {
        get { entries.first { $0.tag == tag.rawValue } }
        set {
            let index = entries.firstIndex { $0.tag == tag.rawValue } ?? entries.endIndex
            entries.replaceSubrange(
                index..<min(index + 1, entries.endIndex), with: newValue.map { [$0] } ?? [])
        }
    }

    /// The header with its magic.
    ///
    /// - Parameter region: The tag of the immutable region, 63, or of that of a signature header,
    ///   62; `nil` for a header without one.
    public func bytes(region: UInt32? = 63) -> [UInt8] {
        var index: [UInt8] = []
        var data: [UInt8] = []
        for entry in entries {
            let alignment = [3: 2, 4: 4, 5: 8][entry.type] ?? 1
            while data.count % alignment != 0 { data.append(0) }
            index += bigEndian(entry.tag) + bigEndian(entry.type)
            index += bigEndian(UInt32(data.count)) + bigEndian(entry.count)
            data += entry.data
        }
        if let region {
            let start = bigEndian(region) + bigEndian(UInt32(7))
            let count = bigEndian(UInt32(16))
            index = start + bigEndian(UInt32(data.count)) + count + index
            data += start + bigEndian(UInt32(bitPattern: -Int32(index.count))) + count
        }
        return Self.magic + bigEndian(UInt32(index.count / 16)) + bigEndian(UInt32(data.count))
            + index + data
    }
}

/// The end of a file with an appended signature.
///
/// - Parameters:
///   - signature: The signature data.
///   - kind: 0 for OpenPGP, 2 for PKCS#7.
///   - length: The length that the trailer tells; `nil` for the true one.
public func appended(
    _ signature: [UInt8], kind: UInt8 = 0, length: UInt32? = nil
) -> [UInt8] {
    signature + [0, 0, kind, 0, 0, 0, 0, 0] + bigEndian(length ?? UInt32(signature.count))
        + Array("~Module signature appended~\n".utf8)
}
