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
            header, and its signature. Of a directory all *.rpm in it are taken, but not
            those in directories further down. A list that is there already and right is
            left alone; lists of packages that are gone stay.

              --output DIR     where the lists go; made if missing
              --rpmdb          for the installed packages, by the machine's RPM database
              --root ROOT      the database of the system below ROOT
              --dbpath PATH    the database in the directory PATH
              --position N     begin the lists' names with N (default: 0)
              --verbose        print all notices, not only ten of each kind
              --json           print what was done as JSON
              --help           print this text

            Packages that are broken are told and passed over, and the exit status is 1.
            Packages without a signature are told and counted.
            """,
        options: [
            .value("output"), .flag("rpmdb"), .value("root"), .value("dbpath"),
            .value("position"), .flag("verbose"), .flag("json"),
        ],
        run: { try runGenerate(GenerateOptions($0), $1) })
}

/// What the command line of `diglimctl generate` asks for.
private struct GenerateOptions {
    var output: Path
    var database: DatabaseLocation?
    var position: UInt32
    var packages: [Path]
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        guard let output = arguments.value(of: "output") else {
            throw UsageError(text: "--output is missing")
        }
        self.output = output
        packages = arguments.operands
        json = arguments.has("json")
        position = try arguments.position()
        database = try Self.database(arguments)
        if database == nil && packages.isEmpty {
            throw UsageError(text: "no packages: give --rpmdb, package files or directories")
        }
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
    let database: PackageDatabase?
    if let location = options.database {
        database = try PackageDatabase(at: location, librpm)
    } else {
        database = nil
    }
    let directory = try OutputDirectory(options.output, messages)
    let generator = ListGenerator(directory, position: options.position, messages)
    if let database {
        try read(database, by: generator, messages)
    }
    for path in packageFiles(options.packages, messages) where !Interruption.isRequested {
        do { generator.add(try PackageFile.header(at: path, librpm), from: path) } catch {
            messages.failure(path.text, error.text)
        }
    }
    if Interruption.isRequested { throw CommandError("interrupted, nothing has been changed") }
    return try generator.finish()
}

/// Makes the lists of a database's packages.
private func read(
    _ database: PackageDatabase, by generator: ListGenerator, _ messages: Messages
) throws(CommandError) {
    let place = database.directory.text
    func warn(_ text: String) { messages.repeatedWarning(place, text, kind: "warnings of librpm") }
    database.warnings.forEach(warn)
    try database.forEach { header in
        generator.add(header, from: nil)
        return !Interruption.isRequested
    } _: {
        switch $0 {
        case .broken(let text), .ended(let text): messages.failure(place, text)
        case .warning(let text): warn(text)
        }
    }
}

/// The files that the operands name, those in directories included.
private func packageFiles(_ operands: [Path], _ messages: Messages) -> [Path] {
    var files: [Path] = []
    for operand in operands {
        guard isDirectory(operand) else {
            files.append(operand)
            continue
        }
        do {
            let found = try PackageFile.search(operand)
            if found.isEmpty { messages.notice(operand.text, "no *.rpm in this directory") }
            files += found
        } catch {
            messages.failure(operand.text, error.text)
        }
    }
    return files
}
