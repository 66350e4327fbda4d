import DigestList
import MeasurementList

/// Reads logs, and compares what comes out with what must.
public struct CheckedReading {
    /// The number of mutants that are no different from the log that they were made from.
    public private(set) var same = 0
    /// The number of mutants with something that reading them alone tells.
    public private(set) var told = 0
    /// The number of mutants that only registers tell from the original.
    public private(set) var registers = 0
    private let hashers = Hashers()

    /// Begins.
    public init() {}

    /// Reads a mutant.
    ///
    /// - Parameter mutant: The mutant.
    /// - Returns: What is wrong with the reading; `nil` where nothing is.
    public mutating func check(_ mutant: LogMutant) -> String? {
        let log = MeasurementLog(mutant.bytes, hashers: hashers)
        for entry in log.entries { _ = entry.event }
        if let loss = loss(log, mutant.bytes) { return loss }
        if mutant.bytes == mutant.original {
            same += 1
            return nil
        }
        let isTold =
            log.failure != nil
            || log.entries.contains { entry in
                entry.isViolation || entry.event == nil || !hashers.agree(on: entry, log.bank)
            }
        if isTold {
            told += 1
            return nil
        }
        let original = MeasurementLog(mutant.original, hashers: hashers)
        if values(log) != values(original) {
            registers += 1
            return nil
        }
        // Registers do not tell the order of what went into different ones.
        let isSame = sequences(log) == sequences(original)
        return isSame ? nil : "passes for the log that it was made from"
    }

    private func sequences(_ log: MeasurementLog) -> [Int: [ArraySlice<UInt8>?]] {
        Dictionary(grouping: log.entries, by: \.register).mapValues { $0.map(\.data) }
    }

    /// Whether something that was read is not what is in the log.
    private func loss(_ log: MeasurementLog, _ bytes: [UInt8]) -> String? {
        if log.isText {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (entry, line) in zip(log.entries, lines) {
                if let text = entry.line, text.dropLast() != line { return "another line" }
            }
            return log.failure == nil && log.entries.count != lines.count - 1
                ? "another number of lines" : nil
        }
        let again = log.entries.flatMap { $0.binary ?? [] }
        let end = log.failure?.place ?? bytes.count
        return again == Array(bytes[..<end]) ? nil : "other bytes"
    }

    private func values(_ log: MeasurementLog) -> [[Int: [UInt8]?]] {
        ([.sha1, .sha256] as [HashAlgorithm]).map { algorithm in
            var bank = RegisterBank(algorithm, hashers: hashers)
            for entry in log.entries { bank.extend(by: entry, of: log.bank) }
            return bank.values
        }
    }
}
