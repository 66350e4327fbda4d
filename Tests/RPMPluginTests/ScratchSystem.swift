import BlackBox
import Foundation
import Testing

/// What rpm needs of a system: a database, a directory of digest lists, the interface, and a place
/// for the packages' files.
final class ScratchSystem {
    let directory: TemporaryDirectory
    /// The interface.
    let emulator: MountedEmulator
    /// rpm's macros that are different.
    var macros: [String: String] = [:]

    /// Makes a system.
    ///
    /// - Parameter options: The emulator's options.
    init(_ options: String...) throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator(options: options)
        for name in ["db", "packages", "files"] { _ = try directory.makeDirectory(name) }
        macros = [
            "__plugindir": Program.folder ?? "",
            "__transaction_diglim": Program.rpmPlugin.path,
            "_digest_list_dir": directory.path("lists"),
            "_digest_list_parser": Program.parser.path,
            "_digest_list_interface": emulator.directory,
        ]
    }

    /// Where the files of packages are.
    var files: String { directory.path("files") }
    /// The names of what is in the directory of lists, hidden files too.
    var lists: [String] {
        get throws {
            FileManager.default.fileExists(atPath: directory.path("lists"))
                ? try directory.names(in: "lists") : []
        }
    }

    /// Runs rpm on this system's database.
    ///
    /// - Parameter arguments: The arguments.
    @discardableResult
    func rpm(_ arguments: String...) throws -> Outcome {
        try command(["--dbpath", directory.path("db")] + arguments).run()
    }

    /// rpm with this system's macros.
    ///
    /// - Parameter arguments: The arguments.
    func command(_ arguments: [String]) -> Command {
        let definitions = macros.sorted { $0.key < $1.key }
            .flatMap { ["--define", "\($0.key) \($0.value)"] }
        // Queries refuse the options of transactions.
        let isQuery = arguments.contains { $0.hasPrefix("-q") }
        let options = isQuery ? [] : InstalledRPM.transactionOptions + ["--nodeps"]
        var command = Command("rpm", definitions + options + arguments)
        command.environment = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(directory.path)", "LC_ALL=C.UTF-8",
        ]
        return command
    }

    /// Builds a package with a program and a file of data.
    ///
    /// - Parameters:
    ///   - name: The package's name.
    ///   - version: Its version.
    ///   - arch: Its architecture.
    ///   - folder: The folder of its files; `nil` for one that is named like the package.
    ///   - content: What is in its files; `nil` for something that no other package has.
    ///   - scriptlets: What runs when it is installed or removed.
    ///   - preamble: More lines of the preamble.
    func package(
        _ name: String, version: String = "1", arch: String = "noarch", folder: String? = nil,
        content: String? = nil, scriptlets: String = "", preamble: String = ""
    ) throws -> BuiltPackage {
        // A folder for each, as one package may be built twice.
        let place = try TemporaryDirectory(in: directory.path("packages"))
        kept.append(place)
        let folder = "\(files)/\(folder ?? name)"
        return try BuiltPackage(
            name, version: version, arch: arch, in: place, preamble: preamble,
            script: """
                mkdir -p .\(folder)
                echo "program: \(content ?? "\(name) \(version) \(arch)")" >.\(folder)/program
                echo "data: \(content ?? "\(name) \(version) \(arch)")" >.\(folder)/data
                """,
            files: """
                %attr(0755, -, -) \(folder)/program
                %attr(0644, -, -) \(folder)/data
                """, scriptlets: scriptlets)
    }

    private var kept: [TemporaryDirectory] = []

    /// The file names of the lists of all installed packages.
    ///
    /// - Parameter database: Options that name the database; `nil` for this system's.
    func installed(in database: [String]? = nil) throws -> [String] {
        let format = "0-file_list-rpm-%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\n"
        let outcome = try command(
            (database ?? ["--dbpath", directory.path("db")]) + ["-qa", "--qf", format]
        ).run()
        return Set(outcome.output.split(separator: "\n").map(String.init)).sorted()
    }

    /// The lists that `diglimctl generate` makes of a database, by name.
    ///
    /// - Parameter database: Options that name the database; `nil` for this system's.
    func generated(from database: [String]? = nil) throws -> [String: [UInt8]] {
        let place = try TemporaryDirectory()
        try output(
            of: Program.diglimctl.path,
            ["generate", "--output", place.path, "--rpmdb"]
                + (database ?? ["--dbpath", directory.path("db")]))
        return Dictionary(
            uniqueKeysWithValues: try place.names().map { ($0, try place.bytes(of: $0)) })
    }

    /// Whether packages, directory and kernel agree: there is the list of each installed package
    /// as `diglimctl` would make it, and nothing else, and each list is loaded, and nothing else.
    ///
    /// - Parameters:
    ///   - packages: The packages that are to be installed.
    ///   - location: Where the test asks.
    func expect(
        _ packages: BuiltPackage..., location: SourceLocation = #_sourceLocation
    ) throws {
        let names = packages.map(\.listName).sorted()
        #expect(try installed() == names, sourceLocation: location)
        try expectLists(names, location: location)
        #expect(try emulator.loadedLabels() == names, sourceLocation: location)
        for package in packages { try expectKnown(package, location: location) }
    }

    /// Whether the directory has the lists that `diglimctl` would make, and nothing else.
    func expectLists(
        _ names: [String], location: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try generated()
        #expect(try lists == names, sourceLocation: location)
        #expect(expected.keys.sorted() == names, sourceLocation: location)
        for (name, bytes) in expected {
            #expect(
                try directory.bytes(of: "lists/\(name)") == bytes, "\(name)",
                sourceLocation: location)
        }
    }

    /// Whether the kernel knows each file of a package.
    func expectKnown(
        _ package: BuiltPackage, _ known: Bool = true, location: SourceLocation = #_sourceLocation
    ) throws {
        let digests = try dumpedFiles(of: package.path).map(\.digest).filter { !$0.isEmpty }
        #expect(!digests.isEmpty, sourceLocation: location)
        for digest in digests {
            #expect(
                emulator.query("sha256-\(digest)").isEmpty != known, "\(package.name)",
                sourceLocation: location)
        }
    }
}

extension Outcome {
    /// What the plugin warns of.
    var warnings: [String] {
        errorLines.filter { $0.hasPrefix("warning: diglim: ") }
            .map { String($0.dropFirst("warning: diglim: ".count)) }
    }
}
