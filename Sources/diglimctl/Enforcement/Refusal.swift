import CSystemd
import CommandLineTool
import Glibc

/// A record of the enforcer in the journal: that it refused a file, or would have.
struct Refusal: Encodable {
    /// When, as in RFC 3339.
    var time: String
    /// `enforce`, or `audit` where nothing was refused.
    var mode: String?
    /// What the file was wanted for, such as `execution`.
    var hook: String?
    /// Why, such as `unknown`.
    var reason: String?
    /// The file's digest, where it has one.
    var digest: String?
    /// The process that wanted it.
    var process: Int?
    /// That process's name.
    var command: String?
    /// The process that had started it.
    var parent: Int?
    /// That one's name.
    var parentCommand: String?
    /// The unit that the process was of.
    var unit: String?
    /// All of it in words.
    var message: String?
    /// The number of records that were left out before this one.
    var omitted: Int?

    private enum CodingKeys: String, CodingKey {
        case time, mode, hook, reason, digest, process, command, parent
        case parentCommand = "parent_command"
        case unit, message, omitted
    }

    /// The record in a line.
    var text: String {
        let end = reason.map { ": \($0)" } ?? ""
        let place = unit.map { " of \($0)" } ?? ""
        let note = mode == "audit" ? ", in audit mode" : ""
        return "\(time), \(hook ?? "?") by \(command ?? "?") (\(process ?? 0))\(place)\(end)\(note)"
    }

    /// Reads the last records of a file.
    ///
    /// - Parameters:
    ///   - path: The file's absolute path, without links.
    ///   - most: The most records that are wanted.
    /// - Returns: The records, the last one first; none where there is no journal, or this user may
    ///   not read it.
    static func last(of path: Path, most: Int = 5) -> [Refusal] {
        var opened: OpaquePointer?
        guard sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY)) >= 0, let journal = opened
        else { return [] }
        defer { sd_journal_close(journal) }
        for match in [
            Array("MESSAGE_ID=5c1d0b1e3f5a4f0d9b7e6a2c8d4f1e90".utf8),
            // Anybody can write a record, but only journald this field.
            Array("_UID=0".utf8), Array("DIGLIM_PATH=".utf8) + path.bytes,
        ] where sd_journal_add_match(journal, match, match.count) < 0 { return [] }
        guard sd_journal_seek_tail(journal) >= 0 else { return [] }
        var refusals: [Refusal] = []
        while refusals.count < most, sd_journal_previous(journal) > 0 {
            refusals.append(Refusal(at: journal))
        }
        return refusals
    }

    private init(at journal: OpaquePointer) {
        func field(_ name: String) -> String? {
            var data: UnsafeRawPointer?
            var size = 0
            guard sd_journal_get_data(journal, name, &data, &size) >= 0 else { return nil }
            return printable(
                UnsafeRawBufferPointer(start: data, count: size).dropFirst(name.utf8.count + 1))
        }
        func number(_ name: String) -> Int? { field(name).flatMap { Int($0) } }
        var microseconds: UInt64 = 0
        sd_journal_get_realtime_usec(journal, &microseconds)
        time = utcTime(Int(microseconds / 1_000_000))
        mode = field("DIGLIM_MODE")
        hook = field("DIGLIM_HOOK")
        reason = field("DIGLIM_REASON")
        digest = field("DIGLIM_DIGEST")
        process = number("OBJECT_PID")
        command = field("DIGLIM_COMM")
        parent = number("DIGLIM_PARENT_PID")
        parentCommand = field("DIGLIM_PARENT_COMM")
        unit = field("DIGLIM_UNIT")
        message = field("MESSAGE")
        omitted = number("DIGLIM_OMITTED")
    }
}
