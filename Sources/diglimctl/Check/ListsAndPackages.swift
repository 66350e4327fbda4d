import CommandLineTool
import DigestList
import FileDigests

/// The digest lists of a system, and its packages that have none.
struct ListsAndPackages {
    /// The system.
    let root: SystemRoot
    /// The lists' directory.
    let directory: Path
    /// The lists, as they are numbered in the index.
    let sources: [ListSource]
    /// What they make known.
    let index: ListIndex
    /// The installed packages without a list.
    let packages: [InstalledWithoutList.Package]

    /// Reads them.
    ///
    /// - Parameters:
    ///   - options: Which they are.
    ///   - messages: What tells how far the work has come, and what is wrong with the database.
    /// - Throws: ``CommandError`` where there can be no index.
    init(_ options: CheckOptions, _ messages: Messages) throws(CommandError) {
        do { _ = try FileDigests.Hasher(options.algorithm) } catch {
            throw CommandError(error.text)
        }
        root = try options.root
        directory = options.directory(in: root)
        sources = try ListSource.lists(in: directory, messages)
        index = try ListIndex(
            of: sources, immutableOnly: RPMListFile.hasMark(directory), options, messages)
        let installed = InstalledWithoutList(
            in: options.database(in: root), lists: sources.map(\.name))
        if let error = installed?.error { messages.warning(nil, error) }
        packages = installed?.packages ?? []
    }

    /// Takes those of an initial ram disk.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - contents: What it has.
    ///   - options: Which lists count.
    ///   - messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where there can be no index.
    init(
        _ image: Path, _ contents: ImageContents, _ options: CheckOptions, _ messages: Messages
    ) throws(CommandError) {
        root = SystemRoot(links: contents.links)
        directory = image
        sources = contents.sources(messages)
        index = try ListIndex(
            of: sources, immutableOnly: contents.hasMark, options, messages)
        packages = []
    }
}
