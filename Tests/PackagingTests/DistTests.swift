import BlackBox
import Foundation
import Testing

/// `make dist` in a clone of its own.
@Suite(.needsInstalled("git", "rpmspec"), .needsClone)
struct DistTests {
    private let directory: TemporaryDirectory
    private let clone: String

    init() throws {
        directory = try TemporaryDirectory()
        clone = directory.path("clone")
        let commit = try WorkTree.commit()
        try output(of: "git", "clone", "--quiet", "--shared", WorkTree.path, clone)
        try git("checkout", "--quiet", commit)
    }

    @Test("It is what the spec wants: the commit, all of it and nothing else")
    func content() throws {
        let archive = try dist()
        #expect(
            try output(
                of: "rpmspec", "-q", "--srpm", "--qf", "[%{source}\n]", "--define",
                "_sourcedir \(clone)/packaging/rpm", "\(clone)/packaging/rpm/diglim-parser.spec"
            ).split(separator: "\n").contains { $0 == archive.split(separator: "/").last ?? "" })
        let top = archive.split(separator: "/").last?.dropLast(".tar.gz".count) ?? ""
        let packed = try output(of: "tar", "-tf", archive).split(separator: "\n")
            .filter { !$0.hasSuffix("/") }
        let committed = try git("ls-tree", "-r", "--name-only", "HEAD").split(separator: "\n")
        #expect(packed.sorted() == committed.map { "\(top)/\($0)" }.sorted())
        let time = try git("log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d %H:%M")
        let entries = try output(of: "tar", "-tvf", archive).split(separator: "\n")
        for entry in entries {
            #expect(entry.contains(" root/root "))
            #expect(entry.contains(time.dropLast()))
            #expect(entry.contains(/^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx)\s/), "\(entry)")
        }
    }

    @Test("It is the same for everybody")
    func reproducible() throws {
        let first = try readFile(dist())
        try output(of: "find", clone, "-name", "*.swift", "-exec", "touch", "{}", "+")
        #expect(try readFile(dist("umask 077; TZ=XYZ-13:45 LC_ALL=C make -s dist")) == first)
    }

    @Test("It refuses to leave out what is not committed, but on request")
    func changes() throws {
        let first = try readFile(dist())
        for file in ["README.md", "new"] {
            try Data("changed\n".utf8).write(to: URL(fileURLWithPath: "\(clone)/\(file)"))
            let outcome = try make("make -s dist")
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("dist: what is not committed would be missing"))
            #expect(try readFile(dist("make -s dist REVISION=HEAD~0")) == first)
            try git("checkout", "--quiet", ".")
        }
    }

    /// Packs it.
    ///
    /// - Parameter command: The command.
    /// - Returns: The archive's path.
    private func dist(_ command: String = "make -s dist") throws -> String {
        let outcome = try make(command)
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.errors) }
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(clone)/.build")
        return "\(clone)/.build/\(names.first ?? "")"
    }

    private func make(_ command: String) throws -> Outcome {
        var command = Command("sh", ["-c", command])
        command.workingDirectory = clone
        return try command.run()
    }

    @discardableResult
    private func git(_ arguments: String...) throws -> String {
        try output(of: "git", ["-C", clone] + arguments)
    }
}
