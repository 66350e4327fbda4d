extension Command {
    private static let width = 80

    /// What `--help` prints.
    public var help: String {
        var parts = ["\(usage)"]
        if !subcommands.isEmpty { parts.append(Self.table("Commands:", subcommandRows)) }
        // All options in the same columns.
        let rows = Self.rows(options + groups.flatMap(\.options))
        parts.append(Self.table(nil, rows.prefix(options.count)))
        var rest = rows.dropFirst(options.count)
        for group in groups {
            parts.append(Self.table("\(group.heading):", rest.prefix(group.options.count)))
            rest = rest.dropFirst(group.options.count)
        }
        if notes.utf8CodeUnitCount > 0 { parts.append("\(notes)") }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var subcommandRows: ArraySlice<[String]> {
        let width = subcommands.map(\.name.utf8CodeUnitCount).max() ?? 0
        return subcommands.map { ["  \(columns: "\($0.name)", width: width)  \($0.summary)"] }[...]
    }

    private static func table(_ heading: String?, _ rows: ArraySlice<[String]>) -> String {
        ((heading.map { [$0] } ?? []) + rows.joined()).joined(separator: "\n")
    }

    /// The lines of each option.
    private static func rows(_ options: [CommandOption]) -> [[String]] {
        let names = options.map { option in
            "--\(option.name)" + (option.argument.map { " \($0.name)" } ?? "")
        }
        let column = (names.map(\.count).max() ?? 0) + 4
        return zip(names, options).map { name, option in
            wrapped(option.summary, in: width - column).enumerated().map { number, line in
                "\(columns: number == 0 ? "  \(name)" : "", width: column)\(line)"
            }
        }
    }

    private static func wrapped(_ text: String, in width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
