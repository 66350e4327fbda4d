import CommandLineTool
import Glibc

extension String {
    /// The text with as much of its middle left out as needed.
    ///
    /// - Parameter width: The most characters that it may have.
    func shortened(to width: Int) -> String {
        guard count > width, width > 1 else { return self }
        let kept = width - 1
        return "\(prefix(kept / 2))…\(suffix(kept - kept / 2))"
    }

    /// The text, shortened only where a terminal shows standard output.
    ///
    /// - Parameter indent: The number of characters before it in the line.
    func shortenedOnTerminal(after indent: Int) -> String {
        guard Terminal.shows(STDOUT_FILENO) else { return self }
        return shortened(to: max(Terminal.width(of: STDOUT_FILENO) - indent, 16))
    }

    /// The text without blanks at its end.
    var trimmed: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }

    /// The text in lines, which end after commas, or between words where that is not often enough.
    ///
    /// - Parameter width: The most characters that a line gets, unless a word is longer.
    func folded(to width: Int) -> [String] {
        var pieces = split(separator: ", ").map { "\($0)," }
        if let last = pieces.popLast() { pieces.append(String(last.dropLast())) }
        return pieces.reduce(into: []) { lines, piece in
            let words = piece.count <= width ? [piece[...]] : piece.split(separator: " ")
            for word in words {
                if let line = lines.last, line.count + 1 + word.count <= width {
                    lines[lines.count - 1] = "\(line) \(word)"
                } else {
                    lines.append(String(word))
                }
            }
        }
    }
}
