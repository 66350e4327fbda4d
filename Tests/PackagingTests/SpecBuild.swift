import BlackBox
import Foundation

/// The packages of this project, built by its spec from this work tree.
///
/// The steps are those of any other build. `make` finds up to date in the unpacked sources what it
/// has built here.
struct SpecBuild {
    /// The packages as they are, built once for all tests.
    static let packages = Result { try SpecBuild() }
    /// The same with a higher release.
    static let nextRelease = Result { try SpecBuild(macros: ["dist .2"]) }

    /// The name of the service, and of the package that has it.
    static let parser = "diglim-parser"
    /// The names of all packages.
    static let names = [
        parser, "diglim-emulator", "diglim-enforcer", "diglim-rpm-macros", "diglim-tools",
        "rpm-plugin-diglim",
    ]
    /// The package's version, as the spec has it.
    static let version = Result { try query("%{version}") }

    /// The packages' files, by the packages' names.
    let files: [String: String]
    /// All that `rpmbuild` printed.
    let log: String
    // Where the packages are.
    private let directory: TemporaryDirectory

    /// Builds the packages.
    ///
    /// - Parameters:
    ///   - macros: More macros, `NAME BODY` each.
    ///   - environment: What the environment has besides.
    init(macros: [String] = [], environment: [String: String] = [:]) throws {
        directory = try TemporaryDirectory()
        let sources = try directory.makeDirectory("SOURCES")
        let name = "\(Self.parser)-\(try Self.version.get())"
        try WorkTree.pack(to: "\(sources)/\(name).tar.gz", prefix: name)
        // That of the rpm that is installed, as `make deps` brings it.
        let rpm = InstalledRPM.version.map(String.init).joined(separator: ".")
        // To pack well is of no use here.
        let macros = macros + ["rpm_source_version \(rpm)", "_binary_payload w1.gzdio"]
        try output(
            of: "cp", "--preserve", WorkTree.rpmSource, "\(sources)/rpm-\(rpm).tar.bz2")
        try output(of: "cp", packaging("macros.diglim"), sources)
        // Its two streams in one, as build services record them.
        var command = Command(
            "sh",
            ["-c", "exec \"$@\" 2>&1", "sh", "rpmbuild", "-bb", "--nodeps"]
                + (["_topdir \(directory.path)", "_tmppath \(directory.path)"] + macros)
                .flatMap { ["--define", $0] } + [Self.spec])
        command.environment = inherited(
            adding: environment.merging(["HOME": directory.path, "LC_ALL": "C.UTF-8"]) { $1 })
        let outcome = try command.run(atMost: 1200)
        log = outcome.output
        guard outcome.status == 0 else { throw BuildFailure(log: log) }
        let folder = directory.path("RPMS")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".rpm") }.map { "\(folder)/\($0)" }
        files = try Dictionary(
            uniqueKeysWithValues: paths.map {
                (try output(of: "rpm", "-qp", "--nosignature", "--qf", "%{name}", $0), $0)
            })
    }

    /// The spec's path.
    static let spec = packaging("\(parser).spec")

    /// Asks for something that the spec says of its first package.
    ///
    /// - Parameters:
    ///   - format: The format, as `rpm --queryformat` has it.
    ///   - macros: More macros, `NAME BODY` each.
    static func query(_ format: String, macros: [String] = []) throws -> String {
        try output(
            of: "rpmspec",
            ["-q", "--srpm", "--qf", format, "--define", "_sourcedir \(packaging("."))"]
                + macros.flatMap { ["--define", $0] } + [spec])
    }

    /// Asks for something that a package says.
    ///
    /// - Parameters:
    ///   - package: The package's name.
    ///   - options: What is asked, as options of `rpm`.
    func query(_ package: String, _ options: String...) throws -> String {
        try output(of: "rpm", ["-qp", "--nosignature"] + options + [files[package] ?? package])
    }
}
