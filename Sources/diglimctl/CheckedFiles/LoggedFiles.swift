import CommandLineTool
import DigestList
import MeasurementList

/// What a kernel has measured, as a measurement list tells.
struct LoggedFiles {
    private let index: ListIndex
    private let immutableOnly: Bool
    private let lists: [Path: ListSource]
    private let hashers = Hashers()
    /// The files so far: path, NUL and digest.
    private var seen: Set<[UInt8]> = []
    /// What is wrong with entries, and which they are.
    private var problems: [String: [Int]] = [:]
    /// What has come of it.
    private var outcome = CheckRun.Outcome()

    /// Prepares to look.
    ///
    /// - Parameters:
    ///   - found: What is known.
    ///   - immutableOnly: Whether files that may change count as not known.
    init(_ found: ListsAndPackages, immutableOnly: Bool) {
        index = found.index
        self.immutableOnly = immutableOnly
        lists = found.sources.reduce(into: [:]) { $0[$1.name] = $1 }
    }

    /// Looks at all entries.
    ///
    /// - Parameter path: The log.
    /// - Throws: ``CommandError`` where it cannot be read.
    mutating func perform(_ path: Path) throws(CommandError) -> CheckRun.Outcome {
        let log = try about(path) { () throws(CommandError) in try readLog(path, hashers) }
        for entry in LogReplay([log], hashers: hashers).entries(expecting: nil) { take(entry) }
        outcome.checked = seen.count
        for (problem, numbers) in problems.sorted(by: { $0.value[0] < $1.value[0] }) {
            let others = numbers.count > 1 ? " and \(numbers.count - 1) others" : ""
            outcome.failures.append(
                FileFailure(path: path, text: "entry \(numbers[0])\(others): \(problem)"))
        }
        if let error = ReplayReport.Log(path, log).error {
            outcome.failures.append(FileFailure(path: path, text: error))
        }
        return outcome
    }

    private mutating func take(_ entry: ReplayedEntry) {
        var texts = entry.problems.map(\.text)
        if entry.event == nil, texts.isEmpty { texts = ["of an unknown template"] }
        for text in texts { problems[text, default: []].append(entry.number) }
        // Buffers are no files, nor are the registers of the start.
        guard let event = entry.event, event.buffer == nil, entry.meaning != .bootAggregate,
            seen.insert(event.name + [0] + event.digest).inserted
        else { return }
        var file = CheckedFile(
            path: Path(bytes: event.name), digest: event.digest, verdict: .unknown,
            origin: entry.meaning == .violation ? .violation : .log)
        // The digest of fs-verity is not one of the file's bytes.
        if let algorithm = event.algorithm, event.digestType != Array("verity".utf8) {
            file.others[algorithm] = event.digest
            if file.origin == .log { judge(&file, algorithm) }
        }
        if file.verdict != .known { outcome.files.append(file) }
    }

    private func judge(_ file: inout CheckedFile, _ algorithm: HashAlgorithm) {
        if algorithm == index.algorithm {
            file.verdict = index.verdict(on: file.digest, immutableOnly: immutableOnly)
        }
        // Lists themselves are in no list; the kernel verifies them.
        if file.verdict == .unknown, let list = try? lists[file.path.lastComponent]?.read(),
            hashers.digest(of: list, algorithm) == file.digest
        {
            file.verdict = .known
        }
    }
}
