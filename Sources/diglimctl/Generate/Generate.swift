import CommandLineTool

extension Command {
    /// `diglimctl generate`: RPM digest lists of installed packages and of package files.
    static let generate = Command(
        name: "generate",
        summary: "Makes RPM digest lists of installed packages or package files.",
        usage: """
            Usage: diglimctl generate --output DIR --rpmdb [--root ROOT | --dbpath PATH]
                   diglimctl generate --output DIR PACKAGE.rpm|DIR...

            Makes one RPM digest list for each package: the signed part of the package's
            header, and its signature. Of a directory all *.rpm below it are taken. A list
            that is there already and right is left alone; lists of packages that are gone
            stay, without --prune.
            """,
        options: [
            .value("output", "DIR", .directory, "where the lists go; made if missing"),
            .flag("rpmdb", "for the installed packages, by the machine's RPM database"),
            .value("root", "ROOT", .directory, "the database of the system below ROOT"),
            .value("dbpath", "PATH", .directory, "the database in the directory PATH"),
            .flag(
                "prune",
                "remove the RPM digest lists of packages that the database does not have"),
            .position("begin the lists' names with N"),
            .value(
                "signer", "KEYID", .text,
                """
                of each package's signatures take that of this key; may be repeated, the first \
                that has signed is taken
                """),
            .verbose("notices"), .flag("json", "print what was done as JSON"),
        ],
        operands: .file,
        notes: """
            Packages that are broken, or signed by none of the keys that --signer names,
            are told and passed over, and the exit status is 1. Then nothing is pruned.
            Packages without a signature are told and counted.
            """,
        run: { try runGenerate(GenerateOptions($0), $1) })
}

/// What the command line of `diglimctl generate` asks for.
private struct GenerateOptions {
    var output: Path
    var database: DatabaseLocation?
    var prunes: Bool
    var position: UInt32
    var signers: [[UInt8]]
    var packages: [Path]
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        guard let output = arguments.value(of: "output") else {
            throw UsageError(text: "--output is missing")
        }
        self.output = output
        packages = arguments.operands
        prunes = arguments.has("prune")
        json = arguments.has("json")
        position = try arguments.position()
        signers = try arguments.values(of: "signer").map(keyID)
        database = try Self.database(arguments)
        if database == nil && packages.isEmpty {
            throw UsageError(text: "no packages: give --rpmdb, package files or directories")
        }
        if prunes && database == nil { throw UsageError(text: "--prune goes with --rpmdb") }
    }

    private static func database(
        _ arguments: CommandArguments
    ) throws(UsageError) -> DatabaseLocation? {
        let root = arguments.value(of: "root")
        let path = arguments.value(of: "dbpath")
        if root != nil && path != nil {
            throw UsageError(text: "--root and --dbpath exclude each other")
        }
        if !arguments.has("rpmdb") {
            if root == nil && path == nil { return nil }
            throw UsageError(text: "--root and --dbpath go with --rpmdb")
        }
        if let root { return .root(root) }
        if let path { return .directory(path) }
        return .machine
    }
}

/// The ID of a key, 8 bytes, that a command line names by itself or by the key's fingerprint.
private func keyID(_ path: Path) throws(UsageError) -> [UInt8] {
    let text = path.text
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    // Of a fingerprint of version 4 it is the end, of one of version 6 the start.
    let part = digits.count == 64 ? digits.prefix(16) : digits.suffix(16)
    guard [16, 40, 64].contains(digits.count), digits.allSatisfy(\.isHexDigit),
        let number = UInt64(part, radix: 16)
    else {
        throw UsageError(
            text: "--signer: '\(text)' is neither a key ID of 16 digits nor a fingerprint")
    }
    return withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

private func runGenerate(
    _ options: GenerateOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    try printingSummary(asJSON: options.json, messages) { () throws(CommandError) in
        try generate(options, messages)
    }
}

private func generate(
    _ options: GenerateOptions, _ messages: Messages
) throws(CommandError) -> GenerateSummary {
    let librpm = try Librpm()
    // Before the output directory is made, so that a wrong path leaves nothing behind.
    let database = try options.database.map { (location) throws(CommandError) in
        try PackageDatabase(at: location, librpm)
    }
    // From here on the database stays as it is, also while the lists of others are removed.
    let lock = try database.flatMap { (database) throws(CommandError) in
        options.prunes ? try DatabaseLock(on: database.directory) : nil
    }
    defer { withExtendedLifetime(lock) {} }
    let directory = try OutputDirectory(options.output, messages)
    let generator = ListGenerator(
        directory, position: options.position, signers: options.signers, messages)
    let installed = try database.map { (database) throws(CommandError) in
        try read(database, by: generator, messages)
    }
    let files = packageFiles(options.packages, required: database == nil, messages)
    for path in files where !Interruption.isRequested {
        do { generator.add(try PackageFile.header(at: path, librpm), from: path) } catch {
            messages.failure(path.text, error.text)
        }
    }
    if Interruption.isRequested { throw CommandError("interrupted, nothing has been changed") }
    return try generator.finish(pruning: options.prunes ? installed : nil)
}

/// Makes the lists of a database's packages.
///
/// - Returns: The lists that the packages stand for.
private func read(
    _ database: PackageDatabase, by generator: ListGenerator, _ messages: Messages
) throws(CommandError) -> InstalledLists {
    var installed = InstalledLists()
    let place = database.directory.text
    func warn(_ text: String) { messages.repeatedWarning(place, text, kind: "warnings of librpm") }
    database.warnings.forEach(warn)
    try database.forEach { header in
        installed.add(header)
        generator.add(header, from: nil)
        return !Interruption.isRequested
    } _: {
        switch $0 {
        case .broken(let text), .ended(let text): messages.failure(place, text)
        case .warning(let text): warn(text)
        }
    }
    return installed
}

/// The files that the operands name, those below directories included.
///
/// - Parameters:
///   - operands: The operands.
///   - required: Whether it is a failure if there are none at all.
///   - messages: What tells directories without packages.
private func packageFiles(
    _ operands: [Path], required: Bool, _ messages: Messages
) -> [Path] {
    var files: [Path] = []
    var empty: [Path] = []
    for operand in operands {
        let found = isDirectory(operand) ? PackageSearch.files(below: operand, messages) : [operand]
        if found.isEmpty { empty.append(operand) }
        files += found
    }
    for directory in empty {
        let text = "no *.rpm below this directory"
        if required, files.isEmpty {
            messages.failure(directory.text, text)
        } else {
            messages.notice(directory.text, text)
        }
    }
    return files
}
