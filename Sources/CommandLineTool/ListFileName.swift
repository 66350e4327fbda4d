import DigestList
import DigestListTools

extension Path {
    /// The file name of a digest list, `POSITION-TYPE_list-FORMAT-NAME`.
    ///
    /// - Parameters:
    ///   - type: What the list's digests are digests of.
    ///   - format: The list's format, `compact` or `rpm`.
    ///   - name: The package's name, or what else the list is called by.
    ///   - position: The list's place in the order of upload.
    /// - Throws: ``CommandError`` where the kernel or the parsers could not take such a list.
    public static func listName(
        type: ListType, format: StaticString, _ name: Path, position: UInt32 = 0
    ) throws(CommandError) -> Path {
        let start = "\(position)-\(type.name)_list-\(format)-"
        return try Path(bytes: Array(start.utf8) + name.bytes).checkedAsListName()
    }

    /// The same name, once it is known to be one that a file and a label can have.
    ///
    /// - Throws: ``CommandError`` where it is none.
    public func checkedAsListName() throws(CommandError) -> Path {
        guard bytes.allSatisfy({ Label.accepts($0) && $0 != UInt8(ascii: "/") }) else {
            throw CommandError("'\(text)' has a character that no digest list's name can have")
        }
        guard bytes.count <= 255 else {
            throw CommandError("'\(text)' is too long for a file name")
        }
        guard bytes.withUnsafeBytes({ ListName($0.bytes) }) != nil else {
            throw CommandError("'\(text)' is not the name of a digest list")
        }
        return self
    }
}
