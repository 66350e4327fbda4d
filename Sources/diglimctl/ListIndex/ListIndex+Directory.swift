import CommandLineTool

extension ListIndex {
    /// Reads lists.
    ///
    /// - Parameters:
    ///   - sources: The lists.
    ///   - immutableOnly: Whether the parser leaves out the digests of files that may change.
    ///   - options: What counts.
    ///   - messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where keys or certificates cannot be read.
    init(
        of sources: [ListSource], immutableOnly: Bool, _ options: CheckOptions,
        _ messages: Messages
    ) throws(CommandError) {
        let defects = try options.signers.defects(of: sources, abi: options.abi, messages)
        var builder = ListIndexBuilder(
            algorithm: options.algorithm, abi: options.abi,
            immutableOnly: immutableOnly)
        for (source, defect) in zip(sources, defects) {
            messages.progress(source.name.text)
            builder.add(source, defect: defect)
        }
        messages.endProgress()
        self = builder.finish()
    }
}
