import CRPMDatabase
import CommandLineTool

/// librpm, set up for reading headers, and what it has to say.
///
/// It trusts no keyring: signatures are carried along, and who uses a list checks them. A keyring
/// would also make librpm open, and so create, the machine's database.
final class Librpm {
    /// librpm's transaction set, which reads packages and databases.
    let transaction: OpaquePointer

    /// Reads librpm's configuration.
    ///
    /// - Parameter checksDigests: Whether headers whose digests are wrong count as broken.
    /// - Throws: ``CommandError`` where that fails.
    init(checksDigests: Bool = true) throws(CommandError) {
        LibrpmMessages.collect()
        guard rpmReadConfigFiles(nil, nil) == 0, let transaction = rpmtsCreate() else {
            throw CommandError("cannot read librpm's configuration\(LibrpmMessages.takeReason())")
        }
        self.transaction = transaction
        _ = LibrpmMessages.take()
        let keyring = rpmKeyringNew()
        rpmtsSetKeyring(transaction, keyring)
        rpmKeyringFree(keyring)
        // Digests are checked as far as librpm can: a broken header must not become a list.
        rpmtsSetVSFlags(
            transaction, checksDigests ? crpm_without_signatures() : crpm_without_digests())
        rpmtsSetVfyFlags(transaction, crpm_without_signatures())
        rpmtsSetVfyLevel(transaction, 0)
    }

    deinit { rpmtsFree(transaction) }

    /// What a macro stands for.
    ///
    /// - Parameter macro: The macro, with its percent sign.
    static func expand(_ macro: String) -> Path? {
        var expanded: UnsafeMutablePointer<CChar>?
        guard rpmExpandMacros(nil, macro, &expanded, 0) >= 0, let expanded else { return nil }
        defer { free(expanded) }
        return Path(cString: expanded)
    }
}

/// What librpm would print, kept for the message of whoever called it.
///
/// librpm's callback has no place for anything else than global state, and this program calls
/// librpm from one thread only.
enum LibrpmMessages {
    /// A message with its priority, as in `<rpm/rpmlog.h>`.
    struct Message {
        var priority: rpmlogLvl
        var text: String

        /// Whether it is a warning or worse.
        var isTrouble: Bool { priority.rawValue <= RPMLOG_WARNING.rawValue }

        /// Whether it is an error or worse.
        var isError: Bool { priority.rawValue <= RPMLOG_ERR.rawValue }
    }

    nonisolated(unsafe) private static var collected: [Message] = []

    /// Begins to keep messages, also those that only inform.
    static func collect() {
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
    static func take() -> [Message] {
        defer { collected = [] }
        return collected
    }

    /// Takes the messages, and the first that tells of trouble, of which the others are
    /// consequences, to end a sentence with; empty without any.
    static func takeReason() -> String {
        take().first(where: \.isTrouble).map { ": \($0.text)" } ?? ""
    }
}
