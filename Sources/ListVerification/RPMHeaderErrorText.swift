import CommandLineTool
import DigestList
import LinuxFiles
import RPMHeader

extension RPMHeaderError {
    /// The error as a sentence: the tag, what is wrong with it, and the number that is wrong.
    public var text: String {
        var text = "\(problem.reason)"
        if case .system(let error) = problem { text += ": \(error.text)" }
        if let value { text += " \(value)" }
        if let tag { text = "\(tag.label): \(text)" }
        return text
    }
}
