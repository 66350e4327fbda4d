import CommandLineTool
import DigestList
import SigningOptions

/// What the command line asks for.
struct Options {
    /// The executables.
    let executables: [Path]
    /// What to do with their lists.
    let task: Task
    /// The numbering of types.
    let abi: ABI
    /// The digests' algorithm.
    let algorithm: HashAlgorithm
    /// What to sign and to verify with.
    let signing: SigningOptions
    /// Whether objections are only told.
    let force: Bool
    /// Whether the result is printed as JSON.
    let json: Bool

    /// What to do with the lists.
    enum Task {
        /// Write them to the directory, signed where there is a key.
        case make(Path)
        /// Write what is to be signed to the directory; unsigned lists to the other one.
        case prepare(Path, output: Path?)
        /// Write lists with signatures from the directory to the other one.
        case attach(Path, output: Path)
        /// Check those in the directory.
        case verify(Path)
    }

    /// Takes the options from a command line.
    ///
    /// - Parameter arguments: The command line.
    /// - Throws: ``UsageError`` where options are missing, or do not go together.
    init(_ arguments: CommandArguments) throws(UsageError) {
        executables = arguments.operands
        abi = try arguments.abi()
        algorithm = try arguments.algorithm()
        signing = try SigningOptions(arguments)
        force = arguments.has("force")
        json = arguments.has("json")
        task = try Self.task(arguments)
        if executables.isEmpty { throw UsageError(text: "no executable") }
        try checkSigning(arguments)
    }

    private static func task(_ arguments: CommandArguments) throws(UsageError) -> Task {
        let output = arguments.value(of: "output")
        let (prepared, attached) = (
            arguments.value(of: "to-be-signed"), arguments.value(of: "attach")
        )
        let choices = [prepared != nil, attached != nil, arguments.has("verify")]
        if choices.count(where: { $0 }) > 1 {
            throw UsageError(text: "--to-be-signed, --attach and --verify exclude each other")
        }
        if let prepared { return .prepare(prepared, output: output) }
        guard let output else { throw UsageError(text: "--output is missing") }
        if let attached { return .attach(attached, output: output) }
        return arguments.has("verify") ? .verify(output) : .make(output)
    }

    /// Options that would have no effect are mistakes, and here they would be dear ones.
    private func checkSigning(_ arguments: CommandArguments) throws(UsageError) {
        switch task {
        case .make:
            if signing.hasKey { return }
            try refuse(["certificate", "hash", "keyid"], "goes with --key", arguments)
        case .prepare:
            try refuse(
                ["key", "certificate", "keyid"], "does not go with --to-be-signed", arguments)
        case .attach:
            try refuse(["key"], "does not go with --attach", arguments)
            if signing.certificateCount != 1 {
                throw UsageError(text: "--attach goes with one --certificate")
            }
        case .verify:
            try refuse(
                ["key", "hash", "keyid", "force"], "does not go with --verify", arguments)
        }
    }

    private func refuse(
        _ options: [String], _ reason: String, _ arguments: CommandArguments
    ) throws(UsageError) {
        for option in options where arguments.has(option) || arguments.value(of: option) != nil {
            throw UsageError(text: "--\(option) \(reason)")
        }
    }
}
