import CSystemd
import CommandLineTool
import Glibc

/// The journal, where each refusal is one record.
enum Journal {
    /// The number by which the records are found.
    static let messageID = "5c1d0b1e3f5a4f0d9b7e6a2c8d4f1e90"

    /// Writes a record.
    ///
    /// - Parameters:
    ///   - refusal: What was refused.
    ///   - omitted: How many records were left out since the last one.
    /// - Returns: Whether it was written.
    static func write(_ refusal: Refusal, omitted: UInt64) -> Bool {
        var fields = [
            "MESSAGE=\(refusal.message)", "MESSAGE_ID=\(messageID)", "PRIORITY=4",
            "SYSLOG_IDENTIFIER=diglim-enforcer",
            "DIGLIM_MODE=\(refusal.isEnforced ? Mode.enforce : Mode.audit)",
            "DIGLIM_HOOK=\(refusal.hook)", "DIGLIM_REASON=\(refusal.reason.word)",
            "OBJECT_PID=\(refusal.process.number)", "DIGLIM_COMM=\(refusal.process.name)",
            "DIGLIM_PARENT_PID=\(refusal.parent.number)",
            "DIGLIM_PARENT_COMM=\(refusal.parent.name)",
        ].map { Array($0.utf8) }
        if !refusal.path.bytes.isEmpty {
            fields.append(Array("DIGLIM_PATH=".utf8) + refusal.path.bytes)
        }
        if let digest = refusal.digest { fields.append(Array("DIGLIM_DIGEST=\(digest)".utf8)) }
        if let unit = refusal.unit { fields.append(Array("DIGLIM_UNIT=\(unit)".utf8)) }
        if omitted > 0 { fields.append(Array("DIGLIM_OMITTED=\(omitted)".utf8)) }
        return send(fields)
    }

    private static func send(_ fields: [[UInt8]]) -> Bool {
        // One piece of memory that does not move while the journal is told of it.
        let bytes = fields.flatMap { $0 }
        return bytes.withUnsafeBytes { bytes in
            var start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            var vectors: [iovec] = []
            for field in fields {
                vectors.append(iovec(iov_base: start, iov_len: field.count))
                start = start.map { $0 + field.count }
            }
            return sd_journal_sendv(&vectors, Int32(vectors.count)) == 0
        }
    }
}
