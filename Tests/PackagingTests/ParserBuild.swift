import BlackBox
import Foundation
import Testing

/// A package with a parser, built by `rpmbuild(8)` with debug information and all that rpm does
/// after `%install`.
struct ParserBuild {
    /// Whose steps after `%install` rpm runs.
    enum Policy {
        /// Those of the rpm that is there.
        case own
        /// Those of openSUSE: the scripts in a directory, one after the other by their names.
        case suse
    }

    /// Where it is built.
    let directory: TemporaryDirectory
    /// Whose steps after `%install` rpm runs.
    var policy = Policy.own
    /// More macros, `NAME BODY` each.
    var macros: [String] = []
    /// What the environment has besides, `NAME=value` each.
    var environment: [String] = []
    /// How the parser is linked.
    var linking = "-static"
    /// What `%install` ends with.
    var installation = "%diglim_parser_lists"
    /// What `%check` does.
    var check = """
        diglim-mkparser-list --verify --output %{buildroot}%{diglim_list_dir} \\
            %{buildroot}%{diglim_parser_dir}/test_parser
        """

    private static let name = "test-parser"

    init() throws { directory = try TemporaryDirectory() }

    /// The parser as the linker wrote it.
    var unstripped: String { directory.path("unstripped") }

    /// Builds the package.
    ///
    /// - Returns: How `rpmbuild` ended, and all that it printed as its output.
    func run() throws -> Outcome {
        let scripts = try BuildRootScripts(in: directory)
        let top = try directory.makeDirectory("rpmbuild")
        let spec = try directory.write(self.spec, to: "\(Self.name).spec")
        var definitions = [
            "_topdir \(top)", "_tmppath \(top)", "_build_id_links none",
            "__diglim_mkparser_list \(Program.mkparserList.path)",
            "__brp_diglim_parser_list \(scripts.parserList)",
        ]
        if policy == .suse {
            definitions += ["suse_version 1600", "__os_install_post \(scripts.suse)"]
        }
        definitions += macros
        // Its two streams in one, as build services record them.
        var command = Command(
            "sh",
            ["-c", "exec \"$@\" 2>&1", "sh", "rpmbuild", "-bb", "--nodeps"]
                + ["--undefine", "suse_version", "--load", packaging("macros.diglim")]
                + definitions.flatMap { ["--define", $0] } + [spec])
        command.environment =
            ["PATH=\(Program.folder ?? ""):/usr/bin:/bin", "HOME=\(top)", "LC_ALL=C.UTF-8"]
            + environment
        return try command.run(atMost: 600)
    }

    /// Builds the package, which must succeed.
    ///
    /// - Returns: The package's content, and what `rpmbuild` printed.
    func package() throws -> (package: ParserPackage, log: String) {
        let outcome = try run()
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.output) }
        let packages = try Self.packages(in: directory)
        let file = packages.first { !$0.contains("debuginfo") } ?? ""
        return (try ParserPackage(file, in: directory), outcome.output)
    }

    /// The files of the packages that were built.
    static func packages(in directory: TemporaryDirectory) throws -> [String] {
        let folder = directory.path("rpmbuild/RPMS")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return names.filter { $0.hasSuffix(".rpm") }.map { "\(folder)/\($0)" }
    }

    private var spec: String {
        """
        Name: \(Self.name)
        Version: 1
        Release: 1
        Summary: A parser for tests
        License: GPL-2.0-or-later
        %description
        %debug_package
        %prep
        %build
        echo 'int main(void) { return 0; }' >main.c
        cc -g -O2 -fdebug-prefix-map=$PWD=. \(linking) -Wl,--build-id -o test_parser main.c
        %install
        cp test_parser \(unstripped)
        install -D -m 755 -t %{buildroot}%{diglim_parser_dir} test_parser
        \(installation)
        %check
        \(check)
        %files
        %{diglim_parser_dir}/test_parser
        %{diglim_parser_list_files}

        """
    }
}

/// A package that could not be built.
struct BuildFailure: Error, CustomStringConvertible {
    /// What `rpmbuild` printed.
    let log: String
    var description: String { "rpmbuild: \(log)" }
}

/// A file of `packaging/rpm`.
func packaging(_ name: String) -> String { "\(WorkTree.path)/packaging/rpm/\(name)" }

extension Trait where Self == ConditionTrait {
    /// Skips tests where programs are missing that rpm calls after `%install`.
    static var needsStripping: Self {
        needsInstalled("cc", "cpio", "eu-strip", "file", "find-debuginfo", "rpmbuild", "strip")
    }
}
