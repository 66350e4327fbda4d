import CommandLineTool

/// Finds out why files would be refused.
struct CheckSorting {
    private let root: SystemRoot
    private let index: ListIndex
    private let sources: [ListSource]
    private var report: CheckReport
    /// What there is for each list, and for each package without one, by their numbers and names.
    private var uncounted: [Int: [CheckReport.File]] = [:]
    private var missing: [String: [CheckReport.File]] = [:]

    /// Prepares to sort.
    ///
    /// - Parameters:
    ///   - report: What is added to.
    ///   - root: The system.
    ///   - index: What is known.
    ///   - sources: The lists of the index.
    init(
        _ report: CheckReport, in root: SystemRoot, _ index: ListIndex, _ sources: [ListSource]
    ) {
        self.report = report
        self.root = root
        self.index = index
        self.sources = sources
    }

    /// Sorts files.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - packages: The installed packages without a list.
    ///   - combined: Those whose files other lists make known.
    /// - Returns: The report with all of them.
    mutating func sort(
        _ files: [CheckedFile], _ packages: [InstalledWithoutList.Package],
        _ combined: [InstalledWithoutList.Package]
    ) -> CheckReport {
        let paths = files.lazy.filter { $0.verdict == .unknown }.map(\.path)
        var search = PathSearch(for: paths, in: root)
        search.search(sources, packages + combined)
        for file in files { add(file, search.matches(of: file.path)) }
        report.missingLists = packages.map {
            CheckReport.Files(name: $0.name, files: missing[$0.name] ?? [])
        }
        if !report.newer.isEmpty { report.commands = ["dracut --force --regenerate-all"] }
        for (number, list) in index.lists.enumerated() {
            guard let reason = list.defect else { continue }
            report.uncountedLists.append(
                CheckReport.Files(
                    name: list.name.text, reason: reason, files: uncounted[number] ?? []))
        }
        return report
    }

    private mutating func add(_ file: CheckedFile, _ matches: [PathSearch.Match]) {
        var entry = CheckReport.File(
            file: file.path.text, kind: file.kind, digest: hexadecimal(file.digest),
            attribute: file.attribute, process: file.process)
        if file.origin == .violation {
            report.violations.append(entry)
            return
        }
        report.refused += 1
        if file.origin == .newer {
            entry.package = matches.first?.package
            entry.expected = matches.first?.expected
            report.newer.append(entry)
            return
        }
        if file.attribute != nil {
            report.attribute.append(entry)
            return
        }
        switch file.verdict {
        case .known: report.refused -= 1
        case .mutable(let list):
            entry.package = index.lists[list].title
            report.mutable.append(entry)
        case .uncounted(let list):
            entry.package = index.lists[list].title
            uncounted[list, default: []].append(entry)
        case .unknown: addUnknown(file, entry, matches)
        }
    }

    private mutating func addUnknown(
        _ file: CheckedFile, _ entry: CheckReport.File, _ matches: [PathSearch.Match]
    ) {
        let isLogged = file.origin == .log
        let comparable = matches.filter { !isLogged || file.others[$0.algorithm] != nil }
        let same = comparable.first {
            file.others[$0.algorithm] == $0.digest
                || !isLogged && $0.fits(root.place(of: file.path), file.digest, index.algorithm)
        }
        var entry = entry
        guard let match = same ?? comparable.first ?? matches.first else {
            if isLogged, file.others[index.algorithm] == nil {
                report.otherAlgorithm.append(entry)
            } else {
                report.unknown.append(entry)
            }
            return
        }
        entry.package = match.package
        entry.expected = match.expected
        if comparable.isEmpty {
            report.otherAlgorithm.append(entry)
        } else if same == nil {
            report.changed.append(entry)
        } else if match.list == nil {
            missing[match.package, default: []].append(entry)
        } else if match.algorithm == index.algorithm {
            // The parser has left the digest out.
            report.mutable.append(entry)
        } else {
            report.otherAlgorithm.append(entry)
        }
    }
}
