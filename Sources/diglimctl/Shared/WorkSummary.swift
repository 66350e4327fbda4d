import CommandLineTool

/// What a command that writes lists has done.
protocol WorkSummary: Encodable {
    /// The directory or file that was written.
    var place: String { get }
    /// The summary as a line for people.
    var text: String { get }
    /// The number of things that failed.
    var failed: Int { get }
}

/// Does work that a signal ends in good order, and prints what has been done.
///
/// - Parameters:
///   - asJSON: Whether the result is for programs.
///   - messages: What tells that a signal has ended the work.
///   - work: The work.
/// - Returns: The program's exit status.
/// - Throws: ``CommandError`` of the work, or where standard output fails.
func printingSummary(
    asJSON: Bool, _ messages: Messages, _ work: () throws(CommandError) -> some WorkSummary
) throws(CommandError) -> ExitStatus {
    let summary = try inGoodOrder(messages, work)
    if asJSON {
        try StandardOutput.write(json: summary)
    } else {
        try StandardOutput.write("\(summary.place): \(summary.text)\n")
    }
    return summary.failed == 0 ? .success : .failure
}
