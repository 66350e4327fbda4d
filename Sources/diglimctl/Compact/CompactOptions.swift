import CommandLineTool
import DigestList
import DigestListTools
import FileDigests

/// What the command line of `diglimctl compact` asks for.
struct CompactOptions {
    /// The output directory.
    var output: Path
    /// The list's file name.
    var listName: Path
    /// What the digests are digests of.
    var type: ListType
    /// The digests' algorithm.
    var algorithm: HashAlgorithm
    /// The numbering of types.
    var abi: ABI
    /// Whether no file may change, whatever the rule says.
    var allImmutable: Bool
    /// The files and directories.
    var paths: [Path]
    /// The file that names them instead, if any.
    var filesFrom: Path?
    /// The byte that ends each path in that file.
    var delimiter: UInt8
    /// Whether the result is to be JSON.
    var json: Bool

    /// Reads the command line.
    ///
    /// - Parameter arguments: The command line, taken apart.
    /// - Throws: ``UsageError`` where it makes no sense.
    init(_ arguments: CommandArguments) throws(UsageError) {
        guard let output = arguments.value(of: "output") else {
            throw UsageError(text: "--output is missing")
        }
        self.output = output
        paths = arguments.operands
        filesFrom = arguments.value(of: "files-from")
        delimiter = arguments.has("null") ? 0 : UInt8(ascii: "\n")
        try Self.checkPaths(arguments)
        type = try Self.type(arguments)
        algorithm = try arguments.algorithm()
        abi = try arguments.abi()
        allImmutable = arguments.has("immutable")
        json = arguments.has("json")
        let (name, position) = (try Self.name(arguments), try arguments.position())
        do {
            listName = try .listName(type: type, format: "compact", name, position: position)
        } catch {
            throw UsageError(text: error.text)
        }
    }

    /// The types that `--type` takes.
    static let types = [ListType.file, .parser, .metadata]

    private static func checkPaths(_ arguments: CommandArguments) throws(UsageError) {
        let hasFile = arguments.value(of: "files-from") != nil
        switch (arguments.operands.isEmpty, hasFile) {
        case (true, false): throw UsageError(text: "no files: give paths or --files-from")
        case (false, true): throw UsageError(text: "paths and --files-from exclude each other")
        default: break
        }
        if arguments.has("null"), !hasFile {
            throw UsageError(text: "--null goes with --files-from")
        }
        if arguments.operands.contains(where: \.bytes.isEmpty) {
            throw UsageError(text: "an empty path")
        }
    }

    private static func type(_ arguments: CommandArguments) throws(UsageError) -> ListType {
        guard let text = arguments.value(of: "type")?.text else { return .file }
        guard let type = types.first(where: { "\($0.name)" == text }) else {
            throw UsageError(
                text: "--type: '\(text)' is no type; there are file, parser and metadata")
        }
        return type
    }

    /// What the list is called; without being told, as the only operand.
    private static func name(_ arguments: CommandArguments) throws(UsageError) -> Path {
        if let name = arguments.value(of: "name") { return name }
        guard arguments.operands.count == 1 else { throw UsageError(text: "--name is missing") }
        let path = arguments.operands[0]
        let name = path.lastComponent
        guard !["", ".", ".."].contains(where: { Path($0) == name }) else {
            throw UsageError(text: "--name is missing: '\(path.text)' has no name of its own")
        }
        return name
    }
}

extension CompactOptions {
    /// The list with the digests.
    ///
    /// - Parameter outcome: The digests.
    /// - Throws: ``CommandError`` where the kernel would not take the list.
    func list(of outcome: DigestRun.Outcome) throws(CommandError) -> [UInt8] {
        var writer = CompactListWriter(abi: abi)
        do {
            try writer.append(outcome.mutable, type: type, modifiers: [], algorithm: algorithm)
            try writer.append(
                outcome.immutable, type: type, modifiers: .immutable, algorithm: algorithm)
        } catch {
            throw CommandError("\(error.reason)")
        }
        return try acceptable(writer.bytes, abi: abi)
    }
}
