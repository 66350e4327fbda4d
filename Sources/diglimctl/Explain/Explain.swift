import CommandLineTool
import FileDigests
import KernelInterface

extension Command {
    /// `diglimctl explain`: why files would be refused.
    static let explain = Command(
        name: "explain",
        summary: "Tells why IMA would refuse a file.",
        usage: """
            Usage: diglimctl explain [OPTION]... FILE...

            Tells for each file whether IMA would refuse it, or has, and why: by the digest
            lists of the directory, by the packages that have a file of its path, and by
            what the kernel has loaded; what diglim-enforcer does with it, and when it has
            refused it. Ends with the commands that mend it.
            """,
        options: CheckOptions.options + [.interface, .keys] + [.flag("json", "print JSON")],
        operands: .file,
        notes: """
            With --certificate or --keyring, only lists count that one of these has signed,
            and only if IMA has appraised them. The exit status is 0 only if no file would
            be refused.
            """,
        run: { arguments, messages in
            let options = try CheckOptions(arguments)
            if options.paths.isEmpty { throw UsageError(text: "no file") }
            return try runExplain(
                options, arguments.value(of: "interface"),
                keys: arguments.value(of: "keys") ?? InstalledPaths.keys, messages)
        })
}

private func runExplain(
    _ options: CheckOptions, _ interface: Path?, keys: Path, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    let found = try ListsAndPackages(options, messages)
    // What is in another system's place is not what this kernel is asked through.
    let place = found.root.isThisSystem ? try Interface.place(interface) : interface
    let kernel = try kernel(interface, at: place, of: found.root, messages)
    let enforcement = try enforcement(at: kernel)
    let uncounted = UncountedLists(
        directory: found.directory, keys: keys, abi: options.abi, messages: messages)
    var explainer = Explainer(
        root: found.root, index: found.index, directory: found.directory,
        appraises: options.signers.areGiven, immutableOnly: options.immutableOnly,
        messages: messages, place: place,
        interface: kernel, enforcement: enforcement, uncounted: uncounted)
    var files: [Explainer.File] = []
    for operand in options.paths {
        files.append(explainer.examine(operand, at: found.root.resolved(operand: operand)))
    }
    var search = PathSearch(for: files.map(\.path), in: found.root)
    search.search(found.sources, found.packages + found.combined)
    var explanations: [Explanation] = []
    for file in files {
        explanations.append(explainer.explain(file, search.matches(of: file.path)))
    }
    if options.json {
        try StandardOutput.write(json: explanations)
    } else {
        try StandardOutput.write(explanations.map(\.text).joined())
    }
    return explanations.allSatisfy(\.isWell) ? .success : .failure
}

/// The kernel to ask; `nil` where there is none, or the system is another one.
private func kernel(
    _ option: Path?, at place: Path?, of root: SystemRoot, _ messages: Messages
) throws(CommandError) -> Interface? {
    if option != nil { return try Interface(at: place) }
    guard root.isThisSystem else { return nil }
    do throws(CommandError) { return try Interface(at: place) } catch {
        messages.notice(nil, error.text)
        return nil
    }
}

/// What the enforcer says, where the kernel is asked through its interface.
private func enforcement(at kernel: borrowing Interface?) throws(CommandError) -> Enforcement? {
    switch kernel {
    case .none: nil
    case .some(let interface): try Enforcement(of: interface)
    }
}
