import CommandLineTool
import DigestList

extension Command {
    /// `diglimctl convert`: compact digest lists of RPM digest lists.
    static let convert = Command(
        name: "convert",
        summary: "Converts RPM digest lists to compact ones.",
        usage: """
            Usage: diglimctl convert --output DIR [OPTION]... FILE|DIR...

            Converts RPM digest lists to compact ones, which the kernel loads without a
            parser: P-file_list-rpm-NAME becomes P-file_list-compact-NAME, byte for byte
            what rpm_parser would upload. Of a directory all RPM digest lists are taken,
            but not those in directories further down.
            """,
        options: [
            .value("output", "DIR", .directory, "where the lists go; made if missing"),
            .value("combine", "NAME", .text, "put all digests into one list called NAME"),
            .position("begin that list's name with N"),
            .flag("immutable-only", "leave out the digests of files that may change"),
            .abi("the numbers of types"), .flag("json", "print what was done as JSON"),
        ],
        operands: .file,
        notes: """
            Signatures are not verified, and what is written has none: run 'diglimctl
            verify' before, and 'diglimctl sign' after. Lists that are broken are told and
            passed over, and the exit status is 1.
            """,
        run: { try runConvert(ConvertOptions($0), $1) })
}

/// What the command line of `diglimctl convert` asks for.
private struct ConvertOptions {
    var output: Path
    /// The file name of the one list for all; `nil` for a list each.
    var combined: Path?
    var immutableOnly: Bool
    var abi: ABI
    var paths: [Path]
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        guard let output = arguments.value(of: "output") else {
            throw UsageError(text: "--output is missing")
        }
        self.output = output
        paths = arguments.operands
        immutableOnly = arguments.has("immutable-only")
        abi = try arguments.abi()
        json = arguments.has("json")
        combined = try Self.combined(arguments)
        if paths.isEmpty { throw UsageError(text: "no digest lists: give files or directories") }
    }

    private static func combined(_ arguments: CommandArguments) throws(UsageError) -> Path? {
        let position = try arguments.position()
        guard let name = arguments.value(of: "combine") else {
            if arguments.value(of: "position") == nil { return nil }
            throw UsageError(text: "--position goes with --combine")
        }
        do {
            return try .listName(type: .file, format: "compact", name, position: position)
        } catch {
            throw UsageError(text: error.text)
        }
    }
}

private func runConvert(
    _ options: ConvertOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    try printingSummary(asJSON: options.json, messages) { () throws(CommandError) in
        try convert(options, messages)
    }
}

private func convert(
    _ options: ConvertOptions, _ messages: Messages
) throws(CommandError) -> ConvertSummary {
    // Before the output directory is made, so that a wrong path leaves nothing behind.
    let lists = RPMListFile.search(options.paths, messages)
    let directory = try OutputDirectory(options.output, messages)
    let converter = ListConverter(
        directory, immutableOnly: options.immutableOnly, abi: options.abi, messages)
    if let name = options.combined {
        try converter.combine(lists, as: name)
    } else {
        converter.convert(lists)
    }
    if Interruption.isRequested { throw CommandError("interrupted, nothing has been changed") }
    return try converter.finish()
}
