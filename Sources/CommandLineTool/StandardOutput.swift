import FoundationEssentials
import Glibc

/// Standard output, where results go.
public enum StandardOutput {
    /// Writes text.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``CommandError`` where not all of it could be written.
    public static func write(_ text: String) throws(CommandError) {
        do { try writeAll(Array(text.utf8), to: STDOUT_FILENO) } catch {
            throw CommandError("standard output: \(error.text)")
        }
    }

    /// Writes a value as JSON.
    ///
    /// - Parameter value: The value.
    /// - Throws: ``CommandError`` where not all of it could be written.
    public static func write(json value: some Encodable) throws(CommandError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do { data = try encoder.encode(value) } catch {
            throw CommandError("cannot write JSON: \(error)")
        }
        try write(String(decoding: data, as: UTF8.self) + "\n")
    }
}
