import CommandLineTool
import DigestList
import FileDigests
import Glibc
import SigningOptions

/// Writes what is to be signed elsewhere: the lists, and the digest of each.
///
/// - Parameters:
///   - directory: Where it goes.
///   - output: Where unsigned lists go, too; `nil` for nowhere.
///   - options: The command line.
///   - messages: What tells failures.
/// - Returns: What became of the lists.
/// - Throws: ``CommandError`` where it could not be done.
func prepareLists(
    in directory: Path, output: Path?, _ options: Options, _ messages: Messages
) throws(CommandError) -> [Summary.List] {
    let lists = try parserLists(options, messages)
    let hash = options.signing.hash.name
    let hasher = try hasher(named: hash)
    return try inGoodOrder(messages) { () throws(CommandError) in
        let prepared = try ListOutput(directory, messages)
        let unsigned = try unsignedOutput(output, besides: directory, messages)
        for list in lists {
            try prepared.add(list, list.bytes)
            let digest = hasher.digest(of: list.bytes)
            try prepared.add(
                checksumLine(digest, list.name), as: list.name.withSuffix(".\(hash)"), for: list)
            try unsigned?.add(list, list.bytes)
        }
        return try prepared.commit() + (unsigned?.commit() ?? [])
    }
}

private func hasher(named name: String) throws(CommandError) -> Hasher {
    guard let algorithm = HashAlgorithm.allCases.first(where: { "\($0.name)" == name }) else {
        throw CommandError("no \(name) digest can be written")
    }
    do { return try Hasher(algorithm) } catch { throw CommandError(error.text) }
}

/// Each directory has a lock, for which nobody must wait who has it already.
private func unsignedOutput(
    _ path: Path?, besides directory: Path, _ messages: Messages
) throws(CommandError) -> ListOutput? {
    guard let path else { return nil }
    if let number = fileNumber(of: path), number == fileNumber(of: directory) {
        throw CommandError("\(path.text): both for --to-be-signed and for --output")
    }
    return try ListOutput(path, messages)
}

private func fileNumber(of path: Path) -> [UInt]? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    return [UInt(status.st_dev), UInt(status.st_ino)]
}

/// The line that `sha256sum(1)` writes for a file: a backslash in the name is doubled, and another
/// one in front of the line tells so.
private func checksumLine(_ digest: [UInt8], _ name: Path) -> [UInt8] {
    let backslash = UInt8(ascii: "\\")
    let escaped = name.bytes.flatMap { $0 == backslash ? [$0, $0] : [$0] }
    let mark = escaped.count > name.bytes.count ? "\\" : ""
    return Array("\(mark)\(hexadecimal(digest))  ".utf8) + escaped + Array("\n".utf8)
}
