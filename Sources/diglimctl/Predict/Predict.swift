import CommandLineTool
import DigestList
import ListVerification
import MeasurementList
import SigningOptions

extension Command {
    /// `diglimctl predict`: what IMA measures on a machine of a directory of lists.
    static let predict = Command(
        name: "predict",
        summary: "Predicts the measurement list of a machine's start.",
        usage: """
            Usage: diglimctl predict [OPTION]...

            Prints the entries that a machine with a directory of digest lists has in its
            measurement list after the start, or what the TPM's registers hold then: the
            kernel reads the compact lists, and rpm_parser uploads those of packages.
            """,
        options: [
            .directory,
            .value("path", "DIR", .text, "its path on the machine (default: /etc/digest_lists)"),
            .value("policy", "FILE", .file, "the machine's IMA policy"),
            .value("ima-policy", "NAMES", .text, "the kernel's own policies (default: diglim)"),
            .value("compact-order", "FILE", .file, "the names of compact lists, as they are read"),
            .value("pcr", "N", .text, "the register of lists, instead of the policy's"),
            .value("pcrs", "FILE|DIR", .file, "the registers 0 to 9, for boot_aggregate"),
            .bank, .algorithm("IMA's hash algorithm"),
            .value("template", "NAME", .choice(templates), "IMA's template (default: ima-ng)"),
            .abi("the numbers of types in uploads"),
            .value("format", "FORMAT", .choice(formats), "what to print (default: log)"),
            .verbose("warnings"), .flag("json", "print entries and registers as JSON"),
        ],
        groups: [
            OptionGroup(
                "With --format keylime",
                [
                    .value("keyring", "KEYS", .file, "OpenPGP public keys of who signs lists"),
                    .value("certificate", "CERT", .file, "a signer's certificate, PEM or DER"),
                    .flag("digests", "accept the files of the packages too"),
                ])
        ],
        notes: """
            The exit status is 0 only if all lists would be loaded, and for Keylime if
            all have a good signature: others are left out.
            """,
        run: { try runPredict(PredictOptions($0), $1) })
}

private let templates = ["ima-ng", "ima-sig", "ima-ngv2", "ima-sigv2"]
private let formats = ["log", "pcrs", "keylime"]

/// What the command line of `diglimctl predict` asks for.
private struct PredictOptions {
    var directory: Path
    var path: Path
    var policy: Path?
    var builtIn: MeasurePolicy
    var compactOrder: Path?
    var register: Int?
    var pcrs: Path?
    var banks: [HashAlgorithm]
    var algorithm: HashAlgorithm
    var template: Template
    var abi: ABI
    var format: String
    var signing: SigningOptions
    var keyrings: [Path]
    var withDigests: Bool
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        directory = arguments.value(of: "directory") ?? InstalledPaths.lists
        path = arguments.value(of: "path") ?? InstalledPaths.lists
        policy = arguments.value(of: "policy")
        let names = arguments.value(of: "ima-policy")
        format = try arguments.choice("format", of: formats)
        // Keylime takes entries of IMA's own register alone.
        builtIn = try MeasurePolicy(
            builtIn: names?.text ?? (format == "keylime" ? "critical_data" : "diglim"))
        compactOrder = arguments.value(of: "compact-order")
        register = try arguments.registers().last
        pcrs = arguments.value(of: "pcrs")
        banks = try arguments.banks()
        algorithm = try arguments.algorithm()
        template = Template(try arguments.choice("template", of: templates).utf8)
        abi = try arguments.abi()
        signing = try SigningOptions(arguments)
        keyrings = arguments.values(of: "keyring")
        withDigests = arguments.has("digests")
        json = arguments.has("json")
        let isTrusting = !keyrings.isEmpty || signing.certificateCount > 0
        if format == "keylime" {
            if !isTrusting {
                throw UsageError(text: "nobody to trust: give --certificate or --keyring")
            }
        } else if isTrusting || withDigests {
            throw UsageError(text: "--keyring, --certificate, --digests: for --format keylime")
        }
        if policy != nil, names != nil {
            throw UsageError(text: "--policy and --ima-policy exclude each other")
        }
        if Hashers().digest(of: [], algorithm) == nil {
            throw UsageError(text: "--algorithm: libcrypto does not have \(algorithm.name)")
        }
        if !arguments.operands.isEmpty { throw UsageError(text: "predict takes no operands") }
    }
}

extension CommandArguments {
    /// One of several words, the first by default.
    fileprivate func choice(_ option: String, of words: [String]) throws(UsageError) -> String {
        guard let word = value(of: option)?.text else { return words[0] }
        guard words.contains(word) else {
            throw UsageError(text: "--\(option): there are \(words.joined(separator: ", "))")
        }
        return word
    }
}

private func runPredict(
    _ options: PredictOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    let hashers = Hashers()
    let policy = try policy(options)
    for doubt in policy.doubts { messages.warning(options.policy?.text, doubt) }
    var prediction = Prediction(
        options.algorithm, template: options.template, register: options.register,
        hashers: hashers)
    if let path = options.pcrs {
        try about(path) { () throws(CommandError) in
            try prediction.addBootAggregate(RegisterValues(at: path))
        }
    }
    var start = StartOfMachine(
        options.directory, at: options.path, policy, options.algorithm, abi: options.abi,
        hashers: hashers, messages)
    let good = try options.format == "keylime" ? goodLists(options, messages) : nil
    try start.predict(compactOrder: compactOrder(options), only: good, into: &prediction)
    if let good {
        try StandardOutput.write(json: keylimePolicy(options, prediction, good, messages))
        return .success
    }
    let report = PredictionReport(prediction, options.banks, hashers: hashers, messages)
    if options.json {
        try StandardOutput.write(json: report)
    } else if options.format == "pcrs" {
        try StandardOutput.write(report.registerText)
    } else {
        let lines = prediction.entries.flatMap { $0.line ?? [] }
        try StandardOutput.write(String(decoding: lines, as: UTF8.self))
    }
    return .success
}

/// The lists whose signature is one of those who are trusted.
private func goodLists(
    _ options: PredictOptions, _ messages: Messages
) throws(CommandError) -> Set<Path> {
    let verifier = Verifier(
        certificates: try options.signing.certificates(),
        keyring: try Keyring(options.keyrings, messages), abi: options.abi)
    return try verifier.goodLists(in: options.directory, messages)
}

private func keylimePolicy(
    _ options: PredictOptions, _ prediction: Prediction, _ lists: Set<Path>, _ messages: Messages
) -> KeylimePolicy {
    var policy = KeylimePolicy(messages)
    policy.accept(prediction.entries)
    guard options.withDigests else { return policy }
    for list in lists.map({ options.directory.appending($0) }) {
        do throws(CommandError) { try policy.acceptFiles(of: list, abi: options.abi) } catch {
            messages.failure(list.text, error.text)
        }
    }
    return policy
}

private func policy(_ options: PredictOptions) throws(CommandError) -> MeasurePolicy {
    guard let path = options.policy else { return options.builtIn }
    return try about(path) { () throws(CommandError) in
        let text = try readToEnd(of: path, limit: 1 << 20, for: "a policy")
        return try MeasurePolicy(String(decoding: text, as: UTF8.self))
    }
}

private func compactOrder(_ options: PredictOptions) throws(CommandError) -> [Path]? {
    guard let path = options.compactOrder else { return nil }
    return try about(path) { () throws(CommandError) in
        try readToEnd(of: path, limit: 1 << 20, for: "an order")
            .split(separator: UInt8(ascii: "\n")).map { Path(bytes: Array($0)).lastComponent }
    }
}
