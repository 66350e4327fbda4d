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

    /// Takes a file name apart.
    ///
    /// - Parameter bytes: The file name, without its directory.
    /// - Returns: `nil` where the name is not one of a digest list.
    public init?(_ bytes: RawSpan) {
        var hyphens = (0, 0, 0)
        var found = 0
        for index in 0..<bytes.byteCount where bytes[index] == UInt8(ascii: "-") {
            switch found {
            case 0: hyphens.0 = index
            case 1: hyphens.1 = index
            default: hyphens.2 = index
            }
            found += 1
            if found == 3 { break }
        }
        guard found == 3 else { return nil }
        position = 0..<hyphens.0
        format = hyphens.1 + 1..<hyphens.2
        name = hyphens.2 + 1..<bytes.byteCount
        guard !position.isEmpty, !format.isEmpty, !name.isEmpty,
            position.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }),
            let type = Self.type(of: bytes, in: hyphens.0 + 1..<hyphens.1)
        else { return nil }
        self.type = type
    }

    private static func type(of bytes: RawSpan, in range: Range<Int>) -> ListType? {
        if bytes.matches("parser_list", in: range) { return .parser }
        if bytes.matches("file_list", in: range) { return .file }
        if bytes.matches("metadata_list", in: range) { return .metadata }
        return nil
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
        let numbers = (first.leadingNumber, second.leadingNumber)
        if numbers.0.count != numbers.1.count { return numbers.0.count < numbers.1.count }
        let order = first.compare(numbers.0, with: second, numbers.1)
        if order != 0 { return order < 0 }
        return first.compare(0..<first.byteCount, with: second, 0..<second.byteCount) < 0
    }
}

extension RawSpan {
    /// The byte at an offset.
    @inlinable
    subscript(offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Whether the bytes in a range are those of a string.
    func matches(_ string: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == string.utf8CodeUnitCount else { return false }
        return range.allSatisfy { self[$0] == string.utf8Start[$0 - range.lowerBound] }
    }

    /// The decimal number at the start, without leading zeros: numbers of any length compare by
    /// length, then by digits.
    fileprivate var leadingNumber: Range<Int> {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        var start = 0
        while start < byteCount, self[start] == UInt8(ascii: "0") { start += 1 }
        var end = start
        while end < byteCount, digits.contains(self[end]) { end += 1 }
        return start..<end
    }

    /// The order of two ranges by their bytes: negative, 0 or positive, as with `memcmp`.
    fileprivate func compare(
        _ range: Range<Int>, with other: RawSpan, _ otherRange: Range<Int>
    ) -> Int {
        let order = withUnsafeBytes { mine in
            other.withUnsafeBytes { theirs in
                memcmp(
                    mine.baseAddress! + range.lowerBound,
                    theirs.baseAddress! + otherRange.lowerBound,
                    min(range.count, otherRange.count))
            }
        }
        return order != 0 ? Int(order) : range.count - otherRange.count
    }
}
