import CommandLineTool
import DigestList
import Glibc
import ListVerification

/// A digest list by its name, wherever its bytes come from.
struct ListSource {
    /// The file's name, which is one of a digest list.
    let name: Path
    /// Reads the file.
    let read: () throws(CommandError) -> [UInt8]

    /// The lists of a directory, in the order of upload.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - messages: What tells of lists that are passed over.
    /// - Throws: ``CommandError`` where the directory cannot be read.
    static func lists(
        in directory: Path, _ messages: Messages
    ) throws(CommandError) -> [ListSource] {
        let names: [Path]
        do { names = try DirectoryList.names(in: directory) } catch {
            throw CommandError("\(directory.text): \(error.text)")
        }
        return names.filter { isReadable($0, messages) }.map { name in
            // The kernel opens compact lists by their paths, the parser in the directory.
            let followsLink = !ListLabel(path: name).hasFormat("rpm")
            return ListSource(name: name) { () throws(CommandError) in
                let descriptor = try openRegularFile(
                    directory.appending(name), followsLink: followsLink)
                defer { close(descriptor) }
                return try readAll(descriptor, limit: largestDigestList)
            }
        }
    }

    /// Whether a list is in a format that is known here.
    ///
    /// - Parameters:
    ///   - name: The list's name.
    ///   - messages: What tells where it is not.
    static func isReadable(_ name: Path, _ messages: Messages) -> Bool {
        let label = ListLabel(path: name)
        if label.hasFormat("rpm") || label.hasFormat("compact") { return true }
        messages.repeatedNotice(name.text, "in a format that only another parser knows")
        return false
    }
}
