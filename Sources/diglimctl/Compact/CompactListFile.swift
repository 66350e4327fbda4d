import CommandLineTool
import DigestList
import DigestListTools
import FileDigests

/// A list, once it is known that the kernel can take it from a file.
///
/// - Parameters:
///   - list: The list.
///   - abi: The numbering of types.
/// - Throws: ``CommandError`` where the kernel would refuse it.
func acceptable(_ list: [UInt8], abi: ABI) throws(CommandError) -> [UInt8] {
    guard !list.isEmpty else { throw CommandError("no digests, so no list is written") }
    guard list.count <= CompactListWriter.maximumSize else { throw .listTooLarge }
    do { try CompactBlocks.validate(list.span.bytes, abi: abi) } catch {
        throw CommandError("\(error.reason)")
    }
    return list
}

extension CommandError {
    /// There are more digests than the kernel takes in one list.
    static let listTooLarge = CommandError(
        "too many digests: the kernel takes no list of 4 MiB or more")
}

extension OutputDirectory {
    /// Brings one list to the disk and to its place.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - name: The list's file name.
    /// - Returns: `written`, or `unchanged` where the directory holds the list already.
    /// - Throws: ``CommandError`` where that fails; the directory is as it was then.
    func place(_ list: [UInt8], as name: Path) throws(CommandError) -> String {
        let outcome = try add(list, as: name, from: name.text)
        var failure: String?
        try commit { failure = "\(path.appending($0).text): \($1)" }
        if let failure { throw CommandError(failure) }
        return outcome == .written ? "written" : "unchanged"
    }
}
