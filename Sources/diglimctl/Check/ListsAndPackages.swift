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
    /// The installed packages without a list, of which files may be unknown.
    let packages: [InstalledWithoutList.Package]
    /// The packages without a list of their own whose files other lists make known.
    let combined: [InstalledWithoutList.Package]

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
        let immutableOnly = RPMListFile.hasMark(directory)
        index = try ListIndex(of: sources, immutableOnly: immutableOnly, options, messages)
        let kept = InstalledWithoutList.Package.kept(in: directory, messages)
        let installed = InstalledWithoutList(
            in: options.database(in: root), lists: sources.map(\.name))
        if let error = installed?.error { messages.warning(nil, error) }
        let keptNames = Set(kept.map(\.name))
        let others = (installed?.packages ?? []).filter { !keptNames.contains($0.name) }
        let sorted = CombinedPackages(kept + others, index, immutableOnly: immutableOnly)
        (packages, combined) = (sorted.missing, sorted.combined)
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
        combined = []
    }
}
