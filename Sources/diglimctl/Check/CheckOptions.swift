import CommandLineTool
import DigestList

/// What the command lines of `diglimctl check` and `diglimctl explain` ask for.
struct CheckOptions {
    /// The options.
    static let options: [CommandOption] =
        [
            .value("root", "DIR", .directory, "the system whose root directory is DIR"),
            .value(
                "directory", "DIR", .directory,
                "the digest lists (default: the system's \(InstalledPaths.lists.text))"),
            .value(
                "dbpath", "PATH", .directory,
                "the RPM database in the directory PATH, instead of the system's own"),
        ] + ListSigners.options + [
            .algorithm("the algorithm by which IMA asks"),
            .abi("the numbers of types in compact lists"),
            .flag("immutable", "refuse files that lists know as ones that may change"),
        ]

    private var rootPath: Path?
    private var directoryPath: Path?
    private var databasePath: Path?
    /// The initial ram disk to look at instead.
    var image: Path?
    /// The measurement list to look at instead.
    var log: Path?
    /// Whether to look at what processes have mapped, too.
    var running: Bool
    /// Where to look.
    var paths: [Path]
    /// Who may have signed lists.
    var signers: ListSigners
    /// The algorithm by which IMA asks.
    var algorithm: HashAlgorithm
    /// The numbering of types in compact lists.
    var abi: ABI
    /// Whether files that may change are refused.
    var immutableOnly: Bool
    /// Whether the result is to be JSON.
    var json: Bool

    /// Reads the command line.
    ///
    /// - Parameter arguments: The command line, taken apart.
    /// - Throws: ``UsageError`` where it makes no sense.
    init(_ arguments: CommandArguments) throws(UsageError) {
        rootPath = arguments.value(of: "root")
        directoryPath = arguments.value(of: "directory")
        databasePath = arguments.value(of: "dbpath")
        image = arguments.value(of: "image")
        log = arguments.value(of: "log")
        running = arguments.has("running")
        paths = arguments.operands
        signers = try ListSigners(arguments)
        algorithm = try arguments.algorithm()
        abi = try arguments.abi()
        immutableOnly = arguments.has("immutable")
        json = arguments.has("json")
        let others = [directoryPath, databasePath].contains { $0 != nil }
        if image != nil, others || !paths.isEmpty {
            throw UsageError(text: "--image has its own files and lists, and no database")
        }
        if log != nil, image != nil || running || !paths.isEmpty {
            throw UsageError(text: "--log tells itself what is looked at")
        }
        if running, rootPath != nil || image != nil {
            throw UsageError(text: "--running is about this system")
        }
        if paths.contains(where: \.bytes.isEmpty) { throw UsageError(text: "an empty path") }
    }

    /// The system.
    var root: SystemRoot { get throws(CommandError) { try SystemRoot(rootPath) } }

    /// The digest lists' directory.
    func directory(in root: SystemRoot) -> Path {
        directoryPath ?? root.place(of: root.resolved(InstalledPaths.lists))
    }

    /// The RPM database.
    func database(in root: SystemRoot) -> DatabaseLocation {
        if let databasePath { return .directory(databasePath) }
        return root.isThisSystem ? .machine : .root(root.place)
    }
}
