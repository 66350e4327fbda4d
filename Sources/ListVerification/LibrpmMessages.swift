import CRPMDatabase
import CommandLineTool

/// What librpm would print, kept for the message of whoever called it.
///
/// librpm's callback has no place for anything else than global state, and this program calls
/// librpm from one thread only.
public enum LibrpmMessages {
    /// A message with its priority, as in `<rpm/rpmlog.h>`.
    public struct Message {
        /// The priority, as in `<rpm/rpmlog.h>`.
        public var priority: rpmlogLvl
        /// The message, as one sentence.
        public var text: String

        /// Whether it is a warning or worse.
        public var isTrouble: Bool { priority.rawValue <= RPMLOG_WARNING.rawValue }

        /// Whether it is an error or worse.
        public var isError: Bool { priority.rawValue <= RPMLOG_ERR.rawValue }
    }

    nonisolated(unsafe) private static var collected: [Message] = []

    /// Begins to keep messages, also those that only inform.
    public static func collect() {
        crpm_log_up_to(RPMLOG_INFO)
        rpmlogSetCallback(
            { record, _ in
                let text = rpmlogRecMessage(record).map { Path(cString: $0) }
                LibrpmMessages.add(rpmlogRecPriority(record), text)
                return 0
            }, nil)
    }

    private static func add(_ priority: rpmlogLvl, _ text: Path?) {
        let message = text.map(sentence) ?? ""
        if !message.isEmpty { collected.append(Message(priority: priority, text: message)) }
    }

    /// Makes one sentence of several lines, and of columns that are filled up with blanks.
    static func sentence(_ text: Path) -> String {
        let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let lines = text.bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(whereSeparator: blanks.contains).map(printable).joined(separator: " ")
        }
        return lines.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// Takes the messages since the last time.
    public static func take() -> [Message] {
        defer { collected = [] }
        return collected
    }

    /// Takes the messages, and the first that tells of trouble, of which the others are
    /// consequences, to end a sentence with; empty without any.
    public static func takeReason() -> String {
        take().first(where: \.isTrouble).map { ": \($0.text)" } ?? ""
    }
}
