import CommandLineTool
import FoundationEssentials

extension Command {
    /// `diglimctl check`: what would be refused.
    static let check = Command(
        name: "check",
        summary: "Tells which files no digest list makes known.",
        usage: """
            Usage: diglimctl check [OPTION]... [PATH]...
                   diglimctl check --image FILE [OPTION]...
                   diglimctl check --log FILE [OPTION]...

            Looks through the system, or what is at and below each PATH, for all that can
            be executed or loaded, takes the digests, and tells which of these files IMA
            would refuse with the digest lists of the directory, and why. It asks no kernel.
            Of an initial ram disk, its own files are looked at and its lists, and what the
            system has in the place of these files; of a log, what was measured.
            """,
        options: CheckOptions.options + [
            .value("image", "FILE", .file, "look at an initial ram disk, and the lists in it"),
            .value("log", "FILE", .file, "look at a measurement list, binary or text"),
            .flag("running", "look at what processes have mapped to execute, too"),
            .verbose("files"), .flag("json", "print JSON"),
        ],
        operands: .file,
        notes: """
            With --certificate or --keyring, only lists count that one of these has signed.
            The exit status is 0 only if nothing would be refused.
            """,
        run: { try runCheck(CheckOptions($0), $1) })
}

private func runCheck(
    _ options: CheckOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    let (found, outcome) =
        if let image = options.image {
            try checkImage(image, options, messages)
        } else if let log = options.log {
            try checkLog(log, options, messages)
        } else {
            try checkSystem(options, messages)
        }
    for failure in outcome.failures { messages.failure(failure.path.text, failure.text) }
    var report = CheckReport(
        found.index, in: found.directory, signatures: options.signers.areGiven)
    report.checked = outcome.checked
    var sorting = CheckSorting(report, in: found.root, found.index, found.sources)
    report = sorting.sort(outcome.files, found.packages, found.combined)
    report.failures = messages.failures
    if options.json {
        try StandardOutput.write(json: report)
    } else {
        try StandardOutput.write(CheckText(report, isVerbose: messages.isVerbose).text)
    }
    return report.isWell ? .success : .failure
}

/// Looks through a system.
private func checkSystem(
    _ options: CheckOptions, _ messages: Messages
) throws(CommandError) -> (ListsAndPackages, CheckRun.Outcome) {
    let found = try ListsAndPackages(options, messages)
    let run = CheckRun(
        work(for: options.paths, in: found.root, messages), in: found.root, found.index,
        immutableOnly: options.immutableOnly,
        threads: ProcessInfo.processInfo.activeProcessorCount)
    var outcome = run.perform(messages)
    if options.running {
        var files = try RunningFiles(found.index, immutableOnly: options.immutableOnly)
        outcome.add(try files.perform(messages))
    }
    return (found, outcome)
}

/// Looks through an initial ram disk, and for what it has in the system.
private func checkImage(
    _ path: Path, _ options: CheckOptions, _ messages: Messages
) throws(CommandError) -> (ListsAndPackages, CheckRun.Outcome) {
    let image = InitialRAMDisk(path)
    let contents = try ImageContents(of: image)
    let found = try ListsAndPackages(path, contents, options, messages)
    var run = try ImageRun(
        in: found.root, of: options.root, found.index, immutableOnly: options.immutableOnly)
    return (found, try run.perform(image, links: contents.links.keys, messages))
}

/// Looks through a measurement list.
private func checkLog(
    _ path: Path, _ options: CheckOptions, _ messages: Messages
) throws(CommandError) -> (ListsAndPackages, CheckRun.Outcome) {
    let found = try ListsAndPackages(options, messages)
    var files = LoggedFiles(found, immutableOnly: options.immutableOnly)
    return (found, try files.perform(path))
}

/// Where to look, for paths of a command line.
private func work(
    for paths: [Path], in root: SystemRoot, _ messages: Messages
) -> [CheckRun.Work] {
    if paths.isEmpty { return [.directory(CheckedDirectory(Path("/")))] }
    return paths.compactMap { path in
        let place = root.resolved(operand: path)
        if isDirectory(root.place(of: place)) { return .directory(CheckedDirectory(place)) }
        guard isRegularFile(root.place(of: place)) else {
            messages.failure(path.text, "neither a regular file nor a directory")
            return nil
        }
        let directory = root.resolved(place.directory)
        return .files(CheckedDirectory(directory), [place.lastComponent])
    }
}
