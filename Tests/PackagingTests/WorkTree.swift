import BlackBox
import Foundation
import Testing

/// The folder of this project, as it stands, with what `make` has built in it.
enum WorkTree {
    /// Its path.
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized.path

    /// The source of rpm that `make deps` has brought, or that the environment names.
    static let rpmSource = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["RPM_SOURCE"] ?? ".deps/rpm.tar",
        relativeTo: URL(fileURLWithPath: path, isDirectory: true)
    ).path

    /// What `make` has built and does not build again in a copy, as far as it is up to date.
    private static let built = [
        "bin", "bpf/enforcer.bpf.inc", "completions", "digest_lists", "librpm/librpm.a", "man",
        "libc-stubs.o", "start.o",
    ].map { ".build/\($0)" }

    /// Whether `make` has nothing to do, and git knows it.
    static let isBuilt = isClone && (try? make(["--question", "all"]).status) == 0

    /// Whether git has it.
    static let isClone = FileManager.default.fileExists(atPath: "\(path)/.git")

    private static func make(_ arguments: [String]) throws -> Outcome {
        try runProgram("make", ["-C", path, "RPM_SOURCE=\(rpmSource)"] + arguments)
    }

    /// Installs as `make install` does.
    ///
    /// - Parameters:
    ///   - root: The root directory to install in.
    ///   - variables: Variables of `make`, `NAME=VALUE` each.
    static func install(in root: String, _ variables: String...) throws {
        let outcome = try make(["install", "DESTDIR=\(root)"] + variables)
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.errors) }
    }

    /// Packs it as `make dist` does, with what `make` has built.
    ///
    /// - Parameters:
    ///   - archive: The archive's path.
    ///   - prefix: The directory in the archive.
    static func pack(to archive: String, prefix: String) throws {
        let directory = try TemporaryDirectory()
        let outcome = try make(["dist", "REVISION=\(commit())", "DISTDIR=\(directory.path)"])
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.errors) }
        let packed = directory.path("\(prefix).tar.gz")
        try output(of: "sh", "-c", "gzip -dc '\(packed)' >'\(archive)'")
        // Times to the nanosecond, which only this format has.
        try output(
            of: "tar",
            ["-rf", archive, "--format=posix", "--directory", path]
                + ["--transform", "s,^,\(prefix)/,S"] + built)
    }

    /// A commit of it as it stands, which is in no branch. It is older than all that was built.
    static func commit() throws -> String {
        let directory = try TemporaryDirectory()
        var command = Command(
            "sh",
            [
                "-ec",
                """
                git read-tree HEAD
                git add --all
                git commit-tree -p HEAD -m 'The work tree' "$(git write-tree)"
                """,
            ])
        command.workingDirectory = path
        command.environment = inherited(
            adding: ["GIT_INDEX_FILE": directory.path("index")].merging(
                ["AUTHOR", "COMMITTER"].flatMap {
                    [("GIT_\($0)_NAME", "tests"), ("GIT_\($0)_EMAIL", "tests")]
                        + [("GIT_\($0)_DATE", "1000000000 +0000")]
                }
            ) { $1 })
        let outcome = try command.run()
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.errors) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests of what git has.
    static var needsClone: Self {
        .enabled(if: WorkTree.isClone, "this is no clone of git")
    }

    /// Skips tests where `make` would have to build before anything can be packaged or installed.
    static var needsBuiltTree: Self {
        .enabled(
            if: WorkTree.isBuilt,
            "'make' has not been run, or not after the last change, or this is no clone of git")
    }

    /// Skips tests where one of these programs is not installed.
    ///
    /// - Parameter programs: The programs' names.
    static func needsInstalled(_ programs: String...) -> Self {
        let missing = programs.filter {
            (try? runProgram("sh", ["-c", "command -v \($0)"]))?.status != 0
        }
        return .enabled(if: missing.isEmpty, "not here: \(missing.joined(separator: ", "))")
    }
}
