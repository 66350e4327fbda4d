import CommandLineTool
import KernelInterface
import KernelQueries

extension Command {
    /// `diglimctl upload`: runs the parser on the directory.
    static let upload = Command(
        name: "upload",
        summary: "Makes the kernel hold the lists of the directory.",
        usage: """
            Usage: diglimctl upload [OPTION]...

            Runs the parser, which uploads the lists that the kernel does not have, and
            deletes from it the RPM digest lists that no file stands for.
            """,
        options: [
            .flag("dry-run", "change nothing; tell what would be done"),
            .flag(
                "renew",
                """
                delete and add again lists that IMA takes for less than what the parser uploads \
                now
                """),
            .interface, .directory, .parser,
        ],
        notes: """
            The exit status is 1 if a list failed; the others have been done.
            """,
        run: { try runUpload(UploadOptions($0), $1) })
}

/// What the command line of `diglimctl upload` asks for.
private struct UploadOptions {
    var dryRun: Bool
    var renew: Bool
    var interface: Path?
    var directory: Path
    var parser: Path

    init(_ arguments: CommandArguments) throws(UsageError) {
        dryRun = arguments.has("dry-run")
        renew = arguments.has("renew")
        interface = arguments.value(of: "interface")
        directory = arguments.value(of: "directory") ?? InstalledPaths.lists
        parser = arguments.value(of: "parser") ?? InstalledPaths.parser
        if !arguments.operands.isEmpty { throw UsageError(text: "upload takes no operands") }
    }

    /// The parser's arguments.
    ///
    /// - Parameter interface: The interface's directory; `nil` for the kernel's own.
    func arguments(_ interface: Path?) -> [Path] {
        var arguments = [Path("--quiet")]
        if dryRun { arguments.append(Path("--dry-run")) }
        if renew { arguments.append(Path("--renew")) }
        if let interface { arguments += [Path("--interface"), interface] }
        return arguments + [Path("sync"), Path("--"), directory]
    }
}

private func runUpload(
    _ options: UploadOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    // The parser ends in good order where a signal asks for it, and is waited for.
    Interruption.begin()
    defer { Interruption.end() }
    let place = try Interface.place(options.interface)
    let process = try ParserProcess(options.parser, options.arguments(place))
    // Only to show how far it has come: the parser tells where there is none.
    let interface = try? Interface(at: place)
    // Its exit status tells whether a list failed; it has warnings to tell, too.
    var isSilent = true
    let end = process.run(
        told: {
            isSilent = false
            messages.notice(nil, $0)
        },
        waiting: { messages.progress(progress(on: interface)) })
    messages.endProgress()
    if !end.summary.isEmpty { try StandardOutput.write(UploadSummary(end.summary).text) }
    if end.status < 0 {
        messages.failure(options.parser.text, "ended by signal \(-end.status)")
    } else if end.status > 1, isSilent {
        messages.failure(options.parser.text, "ended with status \(end.status)")
    }
    return end.status == 0 ? .success : .failure
}

/// How far an upload has come.
private func progress(on interface: borrowing Interface?) -> String {
    let loaded = (try? interface?.counts())?.digestList
    return "uploading" + (loaded.map { ", digest lists in the kernel: \($0)" } ?? "")
}
