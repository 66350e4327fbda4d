import CommandLineTool
import Glibc
import KernelInterface

extension Command {
    /// `diglimctl list`: what the kernel holds.
    static let list = Command(
        name: "list",
        summary: "Lists what is loaded.",
        usage: """
            Usage: diglimctl list [OPTION]... [PATTERN...]

            Lists the digest lists that the kernel holds, with their packages, digests and
            actions; with patterns, as the shell has them for file names, those whose
            label or package matches one.
            """,
        options: [.interface, .flag("json", "print JSON")],
        operands: .text,
        notes: """
            MUT and IMMUT are the numbers of digests of files that may and that may not
            change. ACT tells what IMA did with the list: m measured, a appraised, s with
            a signature. Lists that are not of packages are shown by their labels, in
            parentheses.

            The exit status is 1 if there is no interface, or nothing for a pattern.
            """,
        run: { try runList(ListOptions($0), $1) })
}

/// What the command line of `diglimctl list` asks for.
private struct ListOptions {
    var interface: Path?
    var patterns: [Path]
    var json: Bool

    init(_ arguments: CommandArguments) {
        interface = arguments.value(of: "interface")
        patterns = arguments.operands
        json = arguments.has("json")
    }
}

private func runList(
    _ options: ListOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    let interface = try Interface(at: Interface.place(options.interface))
    let state = try LoadedState(of: interface)
    let descriptions = state.descriptions { isWanted($0.label, options.patterns) }
    for pattern in options.patterns
    where !state.lists.contains(where: { matches($0.label, pattern) }) {
        messages.failure(pattern.text, "nothing with such a label is loaded")
    }
    if options.json {
        try StandardOutput.write(json: descriptions)
    } else {
        try StandardOutput.write(LoadedListTable(descriptions).text)
    }
    return .success
}

private func isWanted(_ label: ListLabel, _ patterns: [Path]) -> Bool {
    patterns.isEmpty || patterns.contains { matches(label, $0) }
}

private func matches(_ label: ListLabel, _ pattern: Path) -> Bool {
    pattern.withCString { pattern in
        label.path.withCString { fnmatch(pattern, $0, 0) } == 0
            || label.package.map { fnmatch(pattern, $0, 0) == 0 } ?? false
    }
}
