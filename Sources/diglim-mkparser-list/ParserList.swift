import CommandLineTool
import DigestList
import DigestListTools
import FileDigests

/// One of the two lists of a parser: a compact list with the one digest of its executable.
struct ParserList {
    /// The list's file name.
    let name: Path
    /// What the digest is a digest of.
    let type: ListType
    /// The list without a signature.
    let bytes: [UInt8]
    /// The executable.
    let executable: Executable

    /// Makes the lists that a parser needs: the kernel's security module identifies the parser by
    /// the one of type PARSER, and IMA measures or appraises it by the one of type FILE.
    ///
    /// - Parameters:
    ///   - executable: The parser.
    ///   - algorithm: The digest's algorithm.
    ///   - abi: The numbering of types.
    /// - Throws: ``CommandError`` where a list cannot be made.
    static func both(
        of executable: Executable, algorithm: HashAlgorithm, abi: ABI
    ) throws(CommandError) -> [ParserList] {
        var lists: [ParserList] = []
        for type in [ListType.parser, .file] {
            var writer = CompactListWriter(abi: abi)
            do {
                try writer.append(
                    [executable.digest], type: type, modifiers: .immutable, algorithm: algorithm)
            } catch {
                throw CommandError("\(error.reason)")
            }
            let name = Path("0-\(type.name)_list-compact-").bytes + executable.name.bytes
            lists.append(
                ParserList(
                    name: Path(bytes: name), type: type, bytes: writer.bytes,
                    executable: executable))
        }
        return lists
    }
}
