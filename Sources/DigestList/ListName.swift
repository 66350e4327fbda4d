import CLinux

/// The parts of a file name in a digest list directory.
///
/// Such a name is `<position>-<type>_list-<format>-<name>`, as in
/// `0-file_list-rpm-bash-5.1.8-1.fc35.x86_64`. What does not have this form is not a digest list.
public struct ListName: Sendable {
    /// The place of the list's position, decimal digits, in the file name.
    public let position: Range<Int>
    /// What the list's digests are digests of.
    public let type: ListType
    /// The place of the format, `compact`, `rpm` or another, in the file name.
    public let format: Range<Int>
    /// The place of the package's or file's name in the file name.
    public let name: Range<Int>

    private static let types: [(word: StaticString, type: ListType)] = [
        ("parser_list", .parser), ("file_list", .file), ("metadata_list", .metadata),
    ]

    /// Takes a file name apart.
    ///
    /// - Parameter bytes: The file name, without its directory.
    /// - Returns: `nil` where the name is not one of a digest list.
    public init?(_ bytes: RawSpan) {
        func part(from start: Int) -> Range<Int>? {
            (start..<bytes.byteCount).first { bytes[$0] == UInt8(ascii: "-") }.map { start..<$0 }
        }
        guard let position = part(from: 0), let word = part(from: position.upperBound + 1),
            let format = part(from: word.upperBound + 1),
            !position.isEmpty, position.allSatisfy({ isDigit(bytes[$0]) }),
            let type = Self.types.first(where: { bytes.matches($0.word, in: word) })?.type,
            !format.isEmpty, format.upperBound + 1 < bytes.byteCount
        else { return nil }
        self.type = type
        self.position = position
        self.format = format
        name = format.upperBound + 1..<bytes.byteCount
    }

    /// Whether the name says that the list is in a format.
    ///
    /// - Parameters:
    ///   - format: The format's name.
    ///   - bytes: The file name that the parts were taken from.
    public func hasFormat(_ format: StaticString, in bytes: RawSpan) -> Bool {
        bytes.matches(format, in: self.format)
    }

    /// Whether a list goes up before another: by position as a number, then by the bytes of the
    /// whole name, so that the order, and with it the PCR, depends on the names alone.
    ///
    /// - Parameters:
    ///   - first: A file name of a digest list.
    ///   - second: Another.
    public static func precedes(_ first: RawSpan, _ second: RawSpan) -> Bool {
        first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                let numbers = (first.leadingNumber, second.leadingNumber)
                if numbers.0.count != numbers.1.count { return numbers.0.count < numbers.1.count }
                let order = numbers.0.order(to: numbers.1)
                return order != 0 ? order < 0 : first.order(to: second) < 0
            }
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte }

extension RawSpan {
    /// The byte at an offset.
    @inlinable
    subscript(offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Whether the bytes in a range are those of a string.
    func matches(_ string: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == string.utf8CodeUnitCount else { return false }
        return range.allSatisfy { self[$0] == string.utf8Start[$0 - range.lowerBound] }
    }
}

extension UnsafeRawBufferPointer {
    /// The decimal number at the start, without leading zeros: numbers of any length compare by
    /// length, then by digits.
    fileprivate var leadingNumber: Self {
        .init(rebasing: drop { $0 == UInt8(ascii: "0") }.prefix(while: isDigit))
    }

    /// The order of bytes: negative, 0 or positive, as with `memcmp`.
    fileprivate func order(to other: Self) -> Int {
        let order = memcmp(baseAddress!, other.baseAddress!, Swift.min(count, other.count))
        return order != 0 ? Int(order) : count - other.count
    }
}
