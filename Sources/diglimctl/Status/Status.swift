import CommandLineTool
import KernelInterface
import KernelQueries

extension Command {
    /// `diglimctl status`: whether all is well with the kernel's digest lists.
    static let status = Command(
        name: "status",
        summary: "Tells whether the kernel has all digest lists.",
        usage: """
            Usage: diglimctl status [OPTION]...

            Tells whether the kernel holds the lists of the digest list directory, no
            others and no older ones; whether it knows the installed parser; which lists
            IMA ignores; how many lists are of packages that are not installed; which
            packages a list for all of them has; and how the service that uploads them is.
            Where the interface is diglim-enforcer's, it tells what that does, and why lists
            do not count for it.
            """,
        options: [
            .interface, .directory, .keys, .parser,
            .database, .flag("json", "print JSON"),
        ],
        notes: """
            The exit status is 0 only if all is well.
            """,
        run: { try runStatus(StatusOptions($0), $1) })
}

/// What the command line of `diglimctl status` asks for.
private struct StatusOptions {
    var interface: Path?
    var directory: Path
    var keys: Path
    var parser: Path
    var database: DatabaseLocation
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        interface = arguments.value(of: "interface")
        directory = arguments.value(of: "directory") ?? InstalledPaths.lists
        keys = arguments.value(of: "keys") ?? InstalledPaths.keys
        parser = arguments.value(of: "parser") ?? InstalledPaths.parser
        database = arguments.value(of: "dbpath").map { .directory($0) } ?? .machine
        json = arguments.has("json")
        if !arguments.operands.isEmpty { throw UsageError(text: "status takes no operands") }
    }
}

private func runStatus(
    _ options: StatusOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    var report = StatusReport()
    do throws(CommandError) {
        try inspect(options, &report, messages)
    } catch {
        report.interface.error = error.text
    }
    report.packages = PackageComparison(of: options.directory, with: options.database)
    report.service = ServiceState(of: InstalledPaths.unit)
    report.judge()
    if options.json {
        try StandardOutput.write(json: report)
    } else {
        try StandardOutput.write(StatusText(report).text)
    }
    return report.isWell ? .success : .failure
}

private func inspect(
    _ options: StatusOptions, _ report: inout StatusReport, _ messages: Messages
) throws(CommandError) {
    let place = try Interface.place(options.interface)
    report.interface.path = Interface.name(place)
    let interface = try Interface(at: place)
    report.interface.abi = interface.abi.name
    do throws(InterfaceError) { report.digests = .init(try interface.counts()) } catch {
        throw CommandError(nil, error)
    }
    let state = try LoadedState(of: interface)
    report.enforcement = try Enforcement(of: interface)
    if report.enforcement != nil {
        report.enforcement?.findNever(in: state)
        report.actions = ActionsCheck(
            of: state,
            UncountedLists(
                directory: options.directory, keys: options.keys, abi: state.abi,
                messages: messages))
    } else {
        report.actions = ActionsCheck(of: state)
        report.parser = ParserCheck(options.parser, in: state)
    }
    report.combined = try CombinedLists(
        of: state, PackageIndex(options.directory, options.database, messages))
    report.lists = try ListComparer.compare(state, with: options.directory, messages)
}
