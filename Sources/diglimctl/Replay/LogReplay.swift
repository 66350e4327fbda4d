import CommandLineTool
import DigestList
import MeasurementList

/// Goes through logs, which are parts of one.
struct LogReplay {
    private let logs: [MeasurementLog]
    private let hashers: Hashers

    /// Begins.
    ///
    /// - Parameters:
    ///   - logs: The logs, in their order.
    ///   - hashers: What computes digests.
    init(_ logs: [MeasurementLog], hashers: Hashers) {
        self.logs = logs
        self.hashers = hashers
    }

    /// Checks each entry as far as the log alone allows.
    ///
    /// - Parameter values: What the TPM held, for what the first entry says of it.
    func entries(expecting values: RegisterValues?) -> [ReplayedEntry] {
        var entries: [ReplayedEntry] = []
        var seen: Set<[UInt8]> = []
        for log in logs {
            for entry in log.entries {
                var replayed = ReplayedEntry(entry, number: entries.count + 1)
                if entry.isViolation {
                    replayed.meaning = .violation
                } else {
                    let key = [UInt8(entry.register)] + entry.digest
                    replayed.isDuplicate = !seen.insert(key).inserted
                    check(entry, of: log, &replayed, values)
                }
                entries.append(replayed)
            }
        }
        return entries
    }

    private func check(
        _ entry: MeasurementEntry, of log: MeasurementLog, _ replayed: inout ReplayedEntry,
        _ values: RegisterValues?
    ) {
        if !hashers.agree(on: entry, log.bank) {
            replayed.problems.append(.templateDigest)
        }
        guard let event = replayed.event else {
            if entry.template.fields != nil { replayed.problems.append(.data) }
            replayed.meaning = .unknownTemplate
            return
        }
        if let buffer = event.buffer, let algorithm = event.algorithm,
            let digest = hashers.digest(of: buffer, algorithm), digest != event.digest
        {
            replayed.problems.append(.bufferDigest)
        }
        if event.isBootAggregate {
            replayed.meaning = .bootAggregate
            guard let algorithm = event.algorithm,
                let expected = values?.bootAggregate(of: algorithm, hashers)
            else { return }
            if expected != event.digest { replayed.problems.append(.bootAggregate) }
        }
    }
}

extension MeasuredEvent {
    /// Whether this is the first entry of IMA after a start.
    var isBootAggregate: Bool { name == Array("boot_aggregate".utf8) && buffer == nil }
}

extension LogReplay {
    /// Computes the registers, and compares them.
    ///
    /// - Parameters:
    ///   - banks: The banks to compute where nothing is there to compare with.
    ///   - start: The registers before the first entry; `nil` for those of a start.
    ///   - values: What the TPM held; `nil` to compare nothing.
    ///   - named: The registers to compare; if empty, all that can be IMA's.
    func registers(
        _ banks: [HashAlgorithm], from start: RegisterValues?, beside values: RegisterValues?,
        named: [Int]
    ) -> [ReplayedRegister] {
        let others = values?.banks.keys.filter { !banks.contains($0) } ?? []
        let all = banks + others.sorted { $0.rawValue < $1.rawValue }
        // Banks that the TPM does not have are of no interest.
        return all.filter { values == nil || values?.banks[$0] != nil }.flatMap { algorithm in
            let start = start?.banks[algorithm] ?? [:]
            let expected = values?.banks[algorithm]
            let result = registers(algorithm, from: start, beside: expected, named: named)
            if result.allSatisfy({ $0.agrees != false }) || algorithm == .sha1 { return result }
            let padded = registers(
                algorithm, isPadded: true, from: start, beside: expected, named: named)
            return padded.allSatisfy { $0.agrees != false } ? padded : result
        }
    }

    private func registers(
        _ algorithm: HashAlgorithm, isPadded: Bool = false, from start: [Int: [UInt8]],
        beside expected: [Int: [UInt8]]?, named: [Int]
    ) -> [ReplayedRegister] {
        var bank = RegisterBank(algorithm, isPadded: isPadded, from: start, hashers: hashers)
        var number = 0
        var agreed: [Int: Int] = [:]
        for log in logs {
            for entry in log.entries {
                number += 1
                bank.extend(by: entry, of: log.bank)
                if let value = bank.values[entry.register] ?? nil,
                    expected?[entry.register] == value
                {
                    agreed[entry.register] = number
                }
            }
        }
        var numbers = Set(bank.values.keys)
        if let expected { numbers.formUnion(expected.keys.filter { isIMAs($0, expected) }) }
        if !named.isEmpty { numbers = Set(named) }
        return numbers.sorted().map { register in
            ReplayedRegister(
                bank: "\(algorithm.name)", register: register,
                value: bank.values[register] ?? nil, isExtended: bank.values[register] != nil,
                expected: expected.map { $0[register] }, isPadded: isPadded,
                agreedAfter: agreed[register])
        }
    }

    /// Whether a register may have been extended by IMA, and has been extended by somebody.
    private func isIMAs(_ register: Int, _ values: [Int: [UInt8]]) -> Bool {
        register > 9 && values[register]?.allSatisfy { $0 == 0 || $0 == 0xff } == false
    }
}
