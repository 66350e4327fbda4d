import CommandLineTool
import DigestList

/// What an initial ram disk has that tells what is known in it: the digest lists and the links.
struct ImageContents {
    /// Where its links lead to.
    private(set) var links: [Path: [UInt8]] = [:]
    /// Whether the lists' directory has the file `.immutable`.
    private(set) var hasMark = false
    private var lists: [Path: [UInt8]] = [:]

    /// Reads them.
    ///
    /// - Parameter image: The image.
    /// - Throws: ``CommandError`` where it cannot be read to its end.
    init(of image: InitialRAMDisk) throws(CommandError) {
        try image.readEntries { entry in
            if entry.isLink { links[entry.path] = entry.data }
            guard entry.isRegular, entry.path.directory == InstalledPaths.lists.appending("")
            else { return }
            let name = entry.path.lastComponent
            if name == Path(".immutable") { hasMark = true }
            if ListLabel(path: name).isListName { lists[name] = entry.data }
        }
    }

    /// The lists, in the order of upload.
    ///
    /// - Parameter messages: What tells of lists that are passed over.
    func sources(_ messages: Messages) -> [ListSource] {
        lists.keys.sorted { first, second in
            first.bytes.withUnsafeBytes { first in
                second.bytes.withUnsafeBytes { ListName.precedes(first.bytes, $0.bytes) }
            }
        }
        .filter { ListSource.isReadable($0, messages) }
        .map { name in ListSource(name: name) { () throws(CommandError) in lists[name] ?? [] } }
    }
}
