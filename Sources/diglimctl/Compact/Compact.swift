import CommandLineTool
import DigestList
import DigestListTools
import FileDigests
import FoundationEssentials

extension Command {
    /// `diglimctl compact`: a compact digest list of files.
    static let compact = Command(
        name: "compact",
        summary: "Makes a compact digest list of files.",
        usage: """
            Usage: diglimctl compact --output DIR [OPTION]... PATH...
                   diglimctl compact --output DIR --name NAME [OPTION]... --files-from FILE

            Makes one compact digest list with the digests of the files, and of the files
            in the directories, however far down: first of those that may change, then of
            those that may not. Symbolic links and other things in directories that are no
            regular files are passed over and counted.
            """,
        options: [
            .value("output", "DIR", .directory, "where the list goes; made if missing"),
            .value("name", "NAME", .text, "what the list is called (default: as the only PATH)"),
            .value(
                "type", "TYPE", .choice(CompactOptions.types.map { "\($0.name)" }),
                """
                what the digests are digests of: file, parser, metadata (default: file)
                """),
            .algorithm("the digests' algorithm, by the kernel's name"),
            .flag("immutable", "say of all files that they may not change"),
            .position("begin the list's name with N"), .abi("the numbers of types"),
            .value(
                "files-from", "F", .file,
                "take the paths from the file F, one a line; - stands for standard input"),
            .flag("null", "a NUL ends each path in F, not the end of the line"),
            .flag("json", "print what was done as JSON"),
        ],
        operands: .file,
        notes: """
            Files that cannot be read, or change while they are read, are told and left
            out of the list, and the exit status is 1.
            """,
        run: { try runCompact(CompactOptions($0), $1) })
}

private func runCompact(
    _ options: CompactOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    try printingSummary(asJSON: options.json, messages) { () throws(CommandError) in
        try compact(options, messages)
    }
}

private func compact(
    _ options: CompactOptions, _ messages: Messages
) throws(CommandError) -> CompactSummary {
    let reader = try options.filesFrom.map { (file) throws(CommandError) in
        try PathReader(file, delimiter: options.delimiter)
    }
    // Before the output directory is made, so that a wrong option leaves nothing behind.
    let run = try DigestRun(
        FileWalk(options.paths, reader), algorithm: options.algorithm,
        allImmutable: options.allImmutable)
    let directory = try OutputDirectory(options.output, messages)
    let outcome = try run.perform(
        threads: ProcessInfo.processInfo.activeProcessorCount, messages)
    for failure in outcome.failures { messages.failure(failure.path.text, failure.text) }
    let result = try directory.place(options.list(of: outcome), as: options.listName)
    return CompactSummary(
        list: directory.path.appending(options.listName).text, result: result,
        type: "\(options.type.name)", algorithm: "\(options.algorithm.name)",
        mutable: outcome.mutable.count, immutable: outcome.immutable.count,
        bytes: outcome.byteCount, passedOver: outcome.passedOver,
        failed: messages.failures.count, failures: messages.failures)
}
