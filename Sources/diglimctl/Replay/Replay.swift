import CommandLineTool
import DigestList
import MeasurementList

extension Command {
    /// `diglimctl replay`: what a measurement list comes to, and what its entries stand for.
    static let replay = Command(
        name: "replay",
        summary: "Checks a measurement list, and tells what it holds.",
        usage: """
            Usage: diglimctl replay [OPTION]... LOG...

            Reads a measurement list of IMA, binary or text, checks its template digests,
            and computes what the TPM's registers hold after it. With --pcrs it compares
            them with what the TPM held; with --directory it tells what each entry stands
            for: a digest list, an upload, a file that a list knows, or something unknown.
            Several logs are parts of one, in their order.
            """,
        options: [
            .value(
                "pcrs", "FILE|DIR", .file, "lines 'BANK PCR VALUE', or /sys/class/tpm/tpm0"),
            .value("pcr", "N", .text, "a register to compare, instead of all"),
            .value(
                "from", "FILE", .file, "the registers before the first entry, in the same form"),
            .value("directory", "DIR", .directory, "digest lists that may be in the log"),
            .bank, .abi("the numbers of types in uploads"),
            .flag("verbose", "print all entries"), .flag("json", "print JSON"),
        ],
        operands: .file,
        notes: """
            The exit status is 0 only if the log is whole, its digests are right, the
            registers agree, and, with --directory, nothing is unknown.
            """,
        run: { try runReplay(ReplayOptions($0), $1) })
}

/// What the command line of `diglimctl replay` asks for.
private struct ReplayOptions {
    var logs: [Path]
    var pcrs: Path?
    var from: Path?
    var registers: [Int]
    var directories: [Path]
    var banks: [HashAlgorithm]
    var abi: ABI
    var verbose: Bool
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        logs = arguments.operands
        pcrs = arguments.value(of: "pcrs")
        from = arguments.value(of: "from")
        registers = try arguments.registers()
        directories = arguments.values(of: "directory")
        banks = try arguments.banks()
        abi = try arguments.abi()
        verbose = arguments.has("verbose")
        json = arguments.has("json")
        if logs.isEmpty { throw UsageError(text: "no measurement list") }
        if !registers.isEmpty, pcrs == nil { throw UsageError(text: "--pcr goes with --pcrs") }
    }
}

private func runReplay(
    _ options: ReplayOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    let hashers = Hashers()
    let values = try options.pcrs.map { (path) throws(CommandError) in
        try about(path) { () throws(CommandError) in try RegisterValues(at: path) }
    }
    let start = try options.from.map { (path) throws(CommandError) in
        try about(path) { () throws(CommandError) in try RegisterValues(at: path) }
    }
    var logs: [MeasurementLog] = []
    for path in options.logs {
        logs.append(
            try about(path) { () throws(CommandError) in try readLog(path, hashers) })
    }
    var report = ReplayReport(zip(options.logs, logs).map(ReplayReport.Log.init))
    let replay = LogReplay(logs, hashers: hashers)
    report.entries = replay.entries(expecting: values)
    report.registers = replay.registers(
        options.banks, from: start, beside: values, named: options.registers)
    if !options.directories.isEmpty {
        let algorithms = Set(report.entries.compactMap { $0.event?.algorithm })
        let lists = try MeasuredLists(
            options.directories, abi: options.abi, Array(algorithms), hashers: hashers, messages)
        for index in report.entries.indices { lists.explain(&report.entries[index]) }
    }
    report.judge(isStartGiven: start != nil, knowsLists: !options.directories.isEmpty)
    if options.json {
        try StandardOutput.write(json: report)
    } else {
        try StandardOutput.write(ReplayText(report, isVerbose: options.verbose).text)
    }
    return report.isGood ? .success : .failure
}
