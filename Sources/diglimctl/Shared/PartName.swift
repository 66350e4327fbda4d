import CommandLineTool

/// The end of the name of a list's part, `.part<number>of<count>`, with zeros in front of the number
/// so that the names' order is that of the parts.
struct PartName {
    private let text: String

    /// Names a part.
    ///
    /// - Parameters:
    ///   - number: The part's number, from 1.
    ///   - count: The number of parts.
    init(_ number: Int, of count: Int) {
        let digits = String(number)
        let zeros = String(repeating: "0", count: String(count).count - digits.count)
        text = ".part\(zeros)\(digits)of\(count)"
    }

    /// The name of the part of a list.
    ///
    /// - Parameter name: The list's file name.
    /// - Throws: ``CommandError`` where it is too long.
    func added(to name: Path) throws(CommandError) -> Path {
        try name.withSuffix(text).checkedAsListName()
    }

    /// The name of the list that a name is of a part of.
    ///
    /// - Parameter name: A file name or a label.
    /// - Returns: The name itself where it is none of a part.
    static func whole(of name: Path) -> Path {
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        var rest = name.bytes[...]
        for word in ["of", ".part"] {
            let digits = rest.reversed().prefix(while: isDigit).count
            rest = rest.dropLast(digits)
            guard digits > 0, rest.suffix(word.utf8.count).elementsEqual(word.utf8) else {
                return name
            }
            rest = rest.dropLast(word.utf8.count)
        }
        return Path(bytes: Array(rest))
    }
}
