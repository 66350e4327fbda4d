import CommandLineTool

extension ListIndex {
    /// Reads the lists of a directory.
    ///
    /// - Parameters:
    ///   - sources: The lists.
    ///   - directory: The directory.
    ///   - options: What counts.
    ///   - messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where keys or certificates cannot be read.
    init(
        of sources: [ListSource], in directory: Path, _ options: CheckOptions,
        _ messages: Messages
    ) throws(CommandError) {
        let defects = try options.signers.defects(of: sources, abi: options.abi, messages)
        var builder = ListIndexBuilder(
            algorithm: options.algorithm, abi: options.abi,
            immutableOnly: RPMListFile.hasMark(directory))
        for (source, defect) in zip(sources, defects) {
            messages.progress(source.name.text)
            builder.add(source, defect: defect)
        }
        messages.endProgress()
        self = builder.finish()
    }
}
