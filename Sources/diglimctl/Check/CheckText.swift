import CommandLineTool
import Glibc

/// The report of `diglimctl check` for people.
struct CheckText {
    /// The lines, each with a line feed.
    private(set) var text = ""
    private let mostNames: Int

    /// Puts a report into words.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - isVerbose: Whether all files are named.
    init(_ report: CheckReport, isVerbose: Bool) {
        mostNames = isVerbose ? .max : 10
        add("changed", report.changed, "not as the package has it")
        add("unknown", report.unknown, "in no list")
        add("other algorithm", report.otherAlgorithm, "known by another digest than IMA asks for")
        add("mutable", report.mutable, "known as a file that may change")
        add("own attribute", report.attribute, "judged by its security.ima, and no list is asked")
        add("of the system, newer than the image", report.newer, "in none of its lists")
        for command in report.commands { text += "  mend: \(command)\n" }
        add("violations", report.violations, "written while they were measured")
        add("missing lists", report.missingLists, "installed, and without a list")
        add("uncounted lists", report.uncountedLists, "would not count")
        let signatures = report.signatures ? "" : ", signatures not looked at"
        text += "\(report.directory): \(count(report.lists, "list"))\(signatures); "
        text += "\(report.refused) of \(count(report.checked, "file")) would be refused\n"
    }

    private mutating func add(_ title: String, _ files: [CheckReport.File], _ meaning: String) {
        add(title, files.map { ($0.file, note($0)) }, count(files.count, "file"), meaning)
    }

    private mutating func add(_ title: String, _ lists: [CheckReport.Files], _ meaning: String) {
        let names = lists.map { list in
            let files = list.files.isEmpty ? nil : "\(count(list.files.count, "file")) refused"
            return (list.name, [list.reason, files].compactMap { $0 }.joined(separator: "; "))
        }
        add(title, names, "\(lists.count)", meaning)
    }

    private mutating func add(
        _ title: String, _ names: [(name: String, note: String)], _ count: String,
        _ meaning: String
    ) {
        if names.isEmpty { return }
        text += Terminal.emphasized(title, on: STDOUT_FILENO) + ": \(count), \(meaning)\n"
        for (name, note) in names.prefix(mostNames) {
            text += "  \(name)" + (note.isEmpty ? "" : ": \(note)") + "\n"
        }
        if names.count > mostNames {
            text += "  and \(names.count - mostNames) more, which --verbose names\n"
        }
    }

    private func note(_ file: CheckReport.File) -> String {
        [file.package, file.attribute?.rawValue, file.process.map { "process \($0)" }]
            .compactMap { $0 }.joined(separator: ", ")
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
