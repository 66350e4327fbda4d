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
        "bin", "completions", "digest_lists", "librpm/librpm.a", "man", "libc-stubs.o",
        "start.o",
    ].map { ".build/\($0)" }

    /// Whether `make` has nothing to do.
    static let isBuilt = (try? make(["--question", "all"]).status) == 0

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

    /// Packs it, so that a `make` in a copy finds as much up to date as one here.
    ///
    /// - Parameters:
    ///   - archive: The archive's path.
    ///   - prefix: The directory in the archive.
    static func pack(to archive: String, prefix: String) throws {
        let visible = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { !$0.hasPrefix(".") }
        // Times to the nanosecond, which only this format has.
        try output(
            of: "tar",
            ["-cf", archive, "--format=posix", "--directory", path]
                + ["--transform", "s,^,\(prefix)/,S"] + visible.sorted() + built)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where `make` would have to build before anything can be packaged or installed.
    static var needsBuiltTree: Self {
        .enabled(if: WorkTree.isBuilt, "'make' has not been run, or not after the last change")
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
