import CommandLineTool

/// What the parser tells of its work at the end, for people.
struct UploadSummary {
    /// A line for each outcome, or the parser's own where it has another form.
    let text: String

    /// Takes the parser's line apart: `# added (...), # already loaded, # empty, ...`.
    ///
    /// - Parameter line: The line, without a line feed.
    init(_ line: String) {
        let start = "dry run: "
        let isDryRun = line.hasPrefix(start)
        let rest = isDryRun ? line.dropFirst(start.count) : line[...]
        var lines = isDryRun ? ["Dry run, nothing has been changed:"] : []
        for part in rest.split(separator: ", ") {
            let digits = part.prefix { $0 != " " }
            guard UInt64(digits) != nil else {
                text = "\(line)\n"
                return
            }
            lines.append("\(right: String(digits), width: 8)\(part.dropFirst(digits.count))")
        }
        text = lines.map { $0 + "\n" }.joined()
    }
}
