import BlackBox
import Foundation
import Testing

/// What would be refused of an initial ram disk, by the lists in it.
@Suite(.needs(.diglimctl), .enabled(if: InstalledSystem.isPossible, "rpm or cpio is missing"))
struct CheckImageTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Packs files into an archive.
    private func archive(_ root: String, _ compression: String = "cat") throws -> [UInt8] {
        let path = directory.path("archive")
        try output(
            of: "sh", "-ec",
            #"cd "$1"; find . | LC_ALL=C sort | cpio -o -H newc --quiet | $2 >"$3""#, "sh", root,
            compression, path)
        return try readFile(path)
    }

    private func check(_ image: [UInt8], _ arguments: String...) throws -> CheckResult {
        let path = try directory.write(image, to: "image")
        let outcome = try Diglimctl.run(["check", "--image", path, "--json"] + arguments)
        let result = try outcome.json(CheckResult.self)
        #expect(outcome.status == (result.refused == 0 && result.uncountedLists.isEmpty ? 0 : 1))
        #expect(outcome.errors.isEmpty)
        #expect(result.directory == path)
        return result
    }

    @Test(
        "Behind an early archive, however compressed",
        arguments: ["cat", "gzip", "xz --check=crc32", "zstd", "lz4 -l", "bzip2", "xz -Flzma"])
    func compression(_ compression: String) throws {
        let system = try InstalledSystem("alpha", "beta")
        let early = try TemporaryDirectory()
        try early.makeDirectory("kernel")
        try early.write("microcode", to: "kernel/GenuineIntel.bin")
        var image = try archive(early.path)
        image += [UInt8](repeating: 0, count: 512)
        image += try archive(system.root, compression)
        let result = try check(image)
        #expect(result.refused == 0)
        #expect(result.checked == 7)
        #expect(result.lists == 2)
    }

    @Test("What comes later takes the place of what was there") func later() throws {
        let system = try InstalledSystem("alpha", "old")
        let image = try archive(system.root, "gzip")
        let later = try TemporaryDirectory()
        try later.makeDirectory("bin")
        try later.makeDirectory("usr/bin")
        try later.write("else", to: "usr/bin/alpha")
        chmod(later.path("usr/bin/alpha"), 0o755)
        try later.write("#!/bin/sh", to: "init")
        let result = try check(image + archive(later.path))
        #expect(result.changed.map(\.file) == ["/usr/bin/alpha"])
        #expect(result.unknown.map(\.file) == ["/init"])
        #expect(result.otherAlgorithm.map(\.file) == ["/usr/bin/old"])
        #expect(result.checked == 8)
    }

    @Test("Several names of one file") func hardLinks() throws {
        let system = try InstalledSystem("beta")
        let path = system.path("usr/bin/beta")
        for name in ["another", "third"] { link(path, system.path("usr/bin/\(name)")) }
        let result = try check(try archive(system.root))
        #expect(result.checked == 3)
        #expect(result.refused == 0)
    }

    @Test("After an update the old image does not do") func update() throws {
        let system = try InstalledSystem("alpha", "beta")
        let key = try X509Key(.ecP256)
        try key.sign(system.list(of: "alpha"))
        let image = try archive(system.root, "zstd")
        let result = try check(image, "--certificate", key.certificatePath)
        #expect(result.files.map(\.file) == ["/usr/bin/beta"])
        #expect(result.uncountedLists.map(\.name) == [listName("beta")])
        unlink(system.list(of: "alpha"))
        #expect(try check(try archive(system.root)).unknown.count == 6)
    }

    @Test("Damaged images are told, and nothing of them counts") func damage() throws {
        let system = try InstalledSystem("beta")
        let (plain, packed) = (try archive(system.root), try archive(system.root, "gzip"))
        var odd = plain
        odd[6] = UInt8(ascii: "x")
        let images: [[UInt8]] = [
            [], plain.dropLast(plain.count / 2), packed.dropLast(packed.count / 2), odd,
            Array("text".utf8), plain + Array("text".utf8), packed + Array("text".utf8),
        ]
        for image in images {
            let path = try directory.write(image, to: "image")
            let outcome = try Diglimctl.run("check", "--image", path)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("diglimctl: \(path): "))
            #expect(outcome.errorLines.count == 1)
        }
        let usage = try Diglimctl.run("check", "--image", directory.path("image"), "/usr")
        #expect(usage.status == 2)
    }
}
