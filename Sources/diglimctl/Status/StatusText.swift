import CommandLineTool
import Glibc

/// The report of `diglimctl status` for people: aligned, and readable at 80 columns.
struct StatusText {
    /// The lines, each with a line feed.
    private(set) var text = ""

    private static let titleWidth = 11
    /// The most lists of a kind that are named; `--json` names them all.
    private static let mostNames = 10
    private static let lineWidth = 80

    /// Puts a report into words.
    ///
    /// - Parameter report: The report.
    init(_ report: StatusReport) {
        add(report.interface)
        if let enforcement = report.enforcement { add(enforcement) }
        if let digests = report.digests {
            add(
                "digests",
                "\(digests.file) of files, \(digests.metadata) of metadata, "
                    + "\(digests.parser) of parsers, \(digests.digestList) of digest lists")
        }
        if let lists = report.lists { add(lists) }
        if let combined = report.combined { add(combined) }
        if let packages = report.packages { add(packages) }
        if let actions = report.actions { add(actions) }
        if let parser = report.parser { add(parser) }
        if let service = report.service { add(service) }
        add("verdict", report.verdict, stands: !report.isWell)
    }

    /// Adds text under a title.
    ///
    /// - Parameters:
    ///   - title: The title; an empty one goes on with the one before.
    ///   - value: The text.
    ///   - stands: Whether it is to stand out.
    private mutating func add(_ title: String, _ value: String, stands: Bool = false) {
        for (number, line) in value.folded(to: Self.lineWidth - Self.titleWidth).enumerated() {
            let start = "\(columns: number == 0 ? title : "", width: Self.titleWidth)"
            text += start + (stands ? Terminal.emphasized(line, on: STDOUT_FILENO) : line) + "\n"
        }
    }

    /// Adds names, one in a line, but not more than a person would read.
    private mutating func add(_ title: String, names: [(name: String, note: String)]) {
        let title = Terminal.emphasized(
            "  \(columns: title, width: Self.titleWidth - 2)", on: STDOUT_FILENO)
        for (name, note) in names.prefix(Self.mostNames) {
            let rest = note.isEmpty ? "" : ": \(note)"
            text += title
            text += name.shortenedOnTerminal(after: Self.titleWidth + min(rest.count, 40))
            text += rest + "\n"
        }
        let others = names.count - Self.mostNames
        if others > 0 { text += "\(title)and \(others) more, which --json names\n" }
    }

    private mutating func add(_ title: String, names: [String]) {
        add(title, names: names.map { ($0, "") })
    }

    private mutating func add(_ interface: StatusReport.InterfaceState) {
        if let abi = interface.abi { add("interface", "\(interface.path ?? ""), ABI \(abi)") }
        if let error = interface.error {
            add(interface.abi == nil ? "interface" : "", error, stands: true)
        }
    }

    private mutating func add(_ enforcement: Enforcement) {
        add("enforcer", enforcement.modeText, stands: enforcement.mode != .enforce)
        for line in enforcement.details { add("", line) }
        add(
            "never",
            names: enforcement.never.map {
                ($0.label, "by \($0.algorithms.joined(separator: ", ")), which nobody asks by")
            })
    }

    private mutating func add(_ lists: ListComparison) {
        if let error = lists.error {
            add("lists", "\(lists.loaded) loaded")
            return add("", "\(lists.directory): \(error)", stands: true)
        }
        add("lists", "\(lists.loaded) loaded, \(lists.files) files in \(lists.directory)")
        let notes = [
            (lists.empty, "without digests"), (lists.otherFormats, "of other formats"),
            (lists.otherLabels, "loaded under labels that are no names of lists"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !notes.isEmpty { add("", notes.joined(separator: ", ")) }
        add("missing", names: lists.missing)
        add("changed", names: lists.changed)
        add("extra", names: lists.extra)
        add("broken", names: lists.broken.map { ($0.file, $0.error) })
        add("blocked", names: lists.blocked.map { ($0, "cannot be loaded until a restart") })
        add(
            "foreign",
            names: lists.foreign.map { ($0.label, "a list of \($0.file ?? "no file here")") })
        add("empty", names: lists.emptyEntries.map { ($0, "an entry that stays until a restart") })
    }

    private mutating func add(_ combined: CombinedLists) {
        for list in combined.lists {
            let parts = list.parts > 1 ? " in \(list.parts) parts" : ""
            let unknown = list.unknown > 0 ? ", \(list.unknown) of no package" : ""
            add(
                "combined",
                "\(list.label)\(parts): \(list.digests) digests, of \(list.packages.count) "
                    + "packages\(unknown)")
        }
        add("lacking", names: combined.lacking.map { ($0, "not all of its digests are there") })
    }

    private mutating func add(_ packages: PackageComparison) {
        guard let installed = packages.installed else {
            return add("packages", packages.error ?? "unknown")
        }
        let count = packages.stale.count
        let lists = "\(count) \(count == 1 ? "list" : "lists") of others"
        let stale = count == 0 ? "" : ", \(lists), which generate --prune removes"
        add("packages", "\(installed) installed\(stale)")
        add("stale", names: packages.stale)
    }

    private mutating func add(_ actions: ActionsCheck) {
        if actions.seen.isEmpty, actions.ignored.isEmpty { return }
        add("actions", actions.seen.isEmpty ? "none" : actions.seen.text(joined: ", "))
        add("weaker", names: actions.weaker.map { ($0.label, "not \($0.lacks.text())") })
        if let uncounted = actions.uncounted {
            add("ignored", names: uncounted.map { ($0.label, $0.reason) })
        } else {
            add("ignored", names: actions.ignored.map { ($0, "neither measured nor appraised") })
        }
        if actions.isRenewable {
            add("", "'diglimctl upload --renew' loads RPM digest lists again, for their actions")
        }
    }

    private mutating func add(_ parser: ParserCheck) {
        if parser.known { return add("parser", "\(parser.path), which the kernel knows") }
        let reason =
            parser.error
            ?? (parser.lists.isEmpty
                ? "no list of a parser is loaded" : "the kernel knows another parser")
        add("parser", "\(parser.path): \(reason)", stands: true)
    }

    private mutating func add(_ service: ServiceState) {
        guard let isWell = service.isWell else {
            return add("service", "\(service.unit): unknown, \(service.error ?? "no state")")
        }
        if service.load == "not-found" {
            return add("service", "\(service.unit): not installed", stands: true)
        }
        let state = "\(service.active ?? "") (\(service.sub ?? ""))"
        let end = service.result.map { $0 == "success" ? "" : ", \($0)" } ?? ""
        add("service", "\(service.unit): \(state)\(end)", stands: !isWell)
        if let status = service.status { add("", status) }
    }
}

extension ListActions {
    fileprivate func text(joined separator: String = " or ") -> String {
        names.joined(separator: separator)
    }
}

extension StatusReport {
    /// The verdict in a sentence.
    fileprivate var verdict: String {
        let unknown = service?.isWell == nil ? ", as far as can be told without the service" : ""
        if isWell {
            let audit = enforcement?.mode == .audit ? ", and nothing is refused" : ""
            return "all is well\(audit)\(unknown)"
        }
        return "not all is well: \(problems.map(text).joined(separator: ", "))"
    }

    private func text(of problem: Problem) -> String {
        switch problem {
        case .interface: "the interface"
        case .directory: "the directory of lists"
        case .missing: "\(lists?.missing.count ?? 0) missing"
        case .changed: "\(lists?.changed.count ?? 0) changed"
        case .extra: "\(lists?.extra.count ?? 0) extra"
        case .broken: "\(lists?.broken.count ?? 0) broken"
        case .blocked: "\(lists?.blocked.count ?? 0) blocked"
        case .foreign: "\(lists?.foreign.count ?? 0) foreign"
        case .lacking: "\(combined?.lacking.count ?? 0) lacking"
        case .actions:
            actions?.uncounted.map { "\($0.count) that do not count" } ?? "lists that IMA ignores"
        case .parser: "the parser"
        case .service: "the service"
        }
    }
}

extension Enforcement {
    /// The mode in a sentence.
    fileprivate var modeText: String {
        let end = until.map { " until \($0)" } ?? ""
        return switch mode {
        case .audit: "audit mode: nothing is refused, only told"
        case .enforce: "enforce mode\(end): what no list makes known is refused"
        case .none: "a dry run: nothing is asked, nothing refused"
        }
    }

    /// What has come of it, and what counts.
    fileprivate var details: [String] {
        var lines: [String] = []
        if let refused, let wouldRefuse {
            let begin = since.map { " since \($0)" } ?? ""
            let missing = unreported.map { $0 == 0 ? "" : ", \($0) of them not in the journal" }
            lines.append(
                "refused \(refused), would have refused \(wouldRefuse)\(begin)\(missing ?? "")")
        }
        if let trust {
            lines.append(
                trust == "unsigned"
                    ? "all lists count that root uploads, signed or not"
                    : "lists count by their \(trust)")
        }
        if let algorithm, let digests {
            lines.append("\(digests) digests of files by \(algorithm)")
        }
        return lines
    }
}
