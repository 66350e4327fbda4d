import CommandLineTool
import Glibc

/// Loaded lists in columns, for people.
struct LoadedListTable {
    private static let titles = [
        "PACKAGE OR (LABEL)", "TYPE", "HASH", "MUT", "IMMUT", "ACT", "SIZE",
    ]
    /// The columns with numbers, which are on the right.
    private static let numbers: Set<Int> = [3, 4, 6]
    /// The least that is left of a name, in characters.
    private static let shortestName = 16

    private let rows: [[String]]

    /// Prepares a table.
    ///
    /// - Parameter lists: The lists, in the order of the rows.
    init(_ lists: [LoadedListDescription]) { rows = lists.map(Self.row) }

    private static func row(_ list: LoadedListDescription) -> [String] {
        guard let actions = list.actions else {
            return [list.title, "an empty entry, left over"]
        }
        return [
            list.title, joined(list.blocks.map(\.type)), joined(list.blocks.map(\.algorithm)),
            "\(list.mutable)", "\(list.immutable)", actions.letters, "\(list.size)",
        ]
    }

    /// Each of the words once, in their order.
    private static func joined(_ words: [String]) -> String {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }.joined(separator: "+")
    }

    /// The table; on a terminal, names are shortened so that the lines fit.
    var text: String {
        guard !rows.isEmpty else { return "" }
        var widths = Self.titles.indices.map { column in
            (rows + [Self.titles]).filter { $0.count > 2 }.map { $0[column].count }.max() ?? 0
        }
        widths[0] = rows.map { $0[0].count }.reduce(Self.titles[0].count, max)
        if Terminal.shows(STDOUT_FILENO) {
            let others = widths.dropFirst().reduce(0) { $0 + $1 + 2 }
            let room = Terminal.width(of: STDOUT_FILENO) - others
            widths[0] = min(widths[0], max(room, Self.shortestName))
        }
        let header = Terminal.emphasized(Self.line(Self.titles, widths), on: STDOUT_FILENO)
        return ([header] + rows.map { Self.line($0, widths) }).map { $0 + "\n" }.joined()
    }

    private static func line(_ row: [String], _ widths: [Int]) -> String {
        var cells = row
        cells[0] = row[0].shortened(to: widths[0])
        if row.count == 2 { cells[1] = row[1].shortenedOnTerminal(after: widths[0] + 2) }
        let padded = cells.enumerated().map { column, cell in
            numbers.contains(column)
                ? "\(right: cell, width: widths[column])"
                : "\(columns: cell, width: widths[column])"
        }
        return padded.joined(separator: "  ").trimmed
    }
}
