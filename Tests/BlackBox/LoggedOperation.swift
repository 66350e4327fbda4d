/// A line of the emulator's log.
public struct LoggedOperation: Equatable, Sendable {
    /// The interface's file that was written to.
    public var file: String
    /// The label that counted for the operation.
    public var label: String
    /// How much was written, in bytes.
    public var size: Int
    /// The SHA-256 of what was written, in hexadecimal.
    public var digest: String
    /// `ok`, or the name of the error.
    public var result: String

    /// Reads a log.
    ///
    /// - Parameter text: The log's text.
    /// - Throws: ``CommandError`` for a line that is none.
    public static func operations(in text: String) throws -> [LoggedOperation] {
        try text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            guard fields.count == 5, let size = Int(fields[2]) else {
                throw CommandError("no line of a log: \(line)")
            }
            return LoggedOperation(
                file: fields[0], label: fields[1], size: size, digest: fields[3],
                result: fields[4])
        }
    }
}

extension MountedEmulator {
    /// What was done so far.
    ///
    /// - Parameter withQueries: Whether queries are among them, which change nothing.
    public func operations(withQueries: Bool = false) throws -> [LoggedOperation] {
        try LoggedOperation.operations(
            in: String(decoding: readFile(log), as: UTF8.self)
        ).filter { withQueries || $0.file != "digest_query" }
    }

    /// The lists that were added so far.
    public func added() throws -> [LoggedOperation] {
        try operations().filter { $0.file == "digest_list_add" && $0.result == "ok" }
    }
}
