import BlackBox
import Foundation
import Testing

/// Which files may change, and which may not.
@Suite(.needs(.diglimctl))
struct CompactRuleTests {
    private let directory: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    /// The contents of the files in each block of a list, by their digests.
    private func compact(
        _ arguments: String..., from contents: [String]
    ) throws -> (mutable: [String], immutable: [String]) {
        let outcome = try Diglimctl.run(
            ["compact", "--output", output.path, "--json", "--name", "rule"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let known = Dictionary(
            uniqueKeysWithValues: contents.map { (sha256(Array($0.utf8)), $0) })
        let list = try outcome.json(CompactResult.self).list
        var found: [UInt16: [String]] = [:]
        for block in try ListBlock.blocks(of: readFile(list)) {
            found[block.modifiers] = block.digests.map { known[hexadecimal($0)] ?? "?" }
        }
        return (found[0] ?? [], found[1] ?? [])
    }

    /// Writes a file whose content is its path.
    private func write(_ path: String, mode: mode_t = 0o644, content: String? = nil) throws {
        try directory.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try directory.write(content ?? path, to: path)
        chmod(directory.path(path), mode)
    }

    private static let mutable = [
        "etc/plain", "lib/modules/6.1/modules.dep", "usr/lib/sudo/x", "usr/lib64x/y",
        "usr/libexec/z",
    ]
    private static let immutable = [
        "lib/firmware/x.bin", "lib/modules/6.1/a.ko", "usr/lib64/l.so", "usr/libexec/sudo/s",
        "usr/libexec/sudoers/s",
    ]

    @Test func directories() throws {
        for path in Self.mutable + Self.immutable { try write(path) }
        let found = try compact(directory.path, from: Self.mutable + Self.immutable)
        #expect(found.mutable == Self.mutable)
        #expect(found.immutable == Self.immutable)
    }

    @Test func modes() throws {
        for mode: mode_t in [0o644, 0o600, 0o664, 0o4644] { try write("m/\(mode)", mode: mode) }
        for mode: mode_t in [0o755, 0o700, 0o611, 0o444, 0o400] {
            try write("i/\(mode)", mode: mode)
        }
        try write("empty/x", mode: 0o755, content: "")
        try write("lib/firmware/empty", content: "")
        let contents = try ["m", "i"].flatMap { folder in
            try directory.names(in: folder).map { "\(folder)/\($0)" }
        }
        let found = try compact(directory.path, from: contents + [""])
        #expect(found.mutable == [""] + contents.filter { $0.hasPrefix("m") })
        #expect(found.immutable == contents.filter { $0.hasPrefix("i") } + [""])
    }

    @Test func allOfThem() throws {
        for path in Self.mutable { try write(path) }
        try write("empty/x", content: "")
        let found = try compact("--immutable", directory.path, from: Self.mutable + [""])
        #expect(found.mutable.isEmpty)
        #expect(Set(found.immutable) == Set(Self.mutable + [""]))
    }

    /// What counts is where a file is, not by which way it was named.
    @Test func directoriesByOtherNames() throws {
        try write("usr/lib64/l.so")
        symlink("usr/lib64", directory.path("plain"))
        symlink("usr/lib64/l.so", directory.path("l.so"))
        for name in ["plain", "plain/l.so", "l.so", "usr/./lib64//l.so", "usr/lib64/../lib64"] {
            let found = try compact(directory.path(name), from: ["usr/lib64/l.so"])
            #expect(found.immutable == ["usr/lib64/l.so"], "\(name)")
        }
        try write("other/file")
        try directory.makeDirectory("lib/firmware")
        symlink("../../other", directory.path("lib/firmware/other"))
        symlink("../../other/file", directory.path("lib/firmware/file"))
        for name in ["other", "file"] {
            let found = try compact(
                directory.path("lib/firmware/\(name)"), from: ["other/file"])
            #expect(found.mutable == ["other/file"], "\(name)")
        }
    }

    @Test func relativePaths() throws {
        try write("usr/lib64/l.so")
        for (working, path) in [("usr/lib64", "l.so"), ("usr/lib64", "."), ("usr", "lib64/l.so")] {
            var command = Command(
                Program.diglimctl.path, ["compact", "--output", output.path, "--name", "r", path])
            command.workingDirectory = directory.path(working)
            let outcome = try command.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.hasSuffix("(sha256), 0 mutable, 1 immutable, 0 failed\n"))
        }
    }
}
