import BlackBox
import Foundation
import Testing

/// What would be refused of an initial ram disk, by the lists in it.
@Suite(.needs(.diglimctl), .enabled(if: InstalledSystem.isPossible, "rpm or cpio is missing"))
struct CheckImageTests {
    private let directory: TemporaryDirectory
    /// A system without files.
    private let empty: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        empty = try TemporaryDirectory()
    }

    /// Packs files into an archive.
    private func archive(_ root: String, _ compression: String = "cat") throws -> [UInt8] {
        let path = directory.path("archive")
        try output(
            of: "sh", "-ec",
            #"cd "$1"; find . | LC_ALL=C sort | cpio -o -H newc --quiet | $2 >"$3""#, "sh", root,
            compression, path)
        return try readFile(path)
    }

    private func check(
        _ image: [UInt8], of root: String? = nil, _ arguments: String...
    ) throws -> CheckResult {
        let path = try directory.write(image, to: "image")
        let outcome = try Diglimctl.run(
            ["check", "--image", path, "--root", root ?? empty.path, "--json"] + arguments)
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
        for argument in ["/usr", "--directory=/etc/digest_lists", "--dbpath=/var/lib/rpm"] {
            let usage = try Diglimctl.run("check", "--image", directory.path("image"), argument)
            #expect(usage.status == 2)
        }
    }
}

extension CheckImageTests {
    private static let command = "dracut --force --regenerate-all"

    @Test("A program was updated: the old image does not do, the new one does")
    func updatedSystem() throws {
        let system = try InstalledSystem("alpha", "beta")
        let image = try archive(system.root, "gzip")
        #expect(try check(image, of: system.root).refused == 0)

        try system.updateBeta()
        let result = try check(image, of: system.root)
        #expect(result.newer.map(\.file) == ["/usr/bin/beta"])
        #expect(result.newer.map(\.package) == ["beta-1-1.noarch"])
        #expect(
            result.newer.map(\.digest) == [
                String(try output(of: "sha256sum", system.path("usr/bin/beta")).prefix(64))
            ])
        #expect(result.files == result.newer)
        #expect((result.refused, result.checked) == (1, 8))
        #expect(result.commands == [Self.command])
        let text = try Diglimctl.run(
            "check", "--image", directory.path("image"), "--root", system.root)
        #expect(text.status == 1)
        #expect(
            text.output == """
                of the system, newer than the image: 1 file, in none of its lists
                  /usr/bin/beta: beta-1-1.noarch
                  mend: \(Self.command)
                \(directory.path("image")): 2 lists, signatures not looked at; \
                1 of 8 files would be refused

                """)

        let new = try check(try archive(system.root, "gzip"), of: system.root)
        #expect((new.refused, new.checked) == (0, 7))
        #expect(new.newer.isEmpty && new.commands.isEmpty)
    }

    @Test("Lists that are newer than the programs in the image") func newerLists() throws {
        let system = try InstalledSystem("alpha", "beta")
        let image = try archive(system.root)
        try system.updateBeta()
        let lists = try TemporaryDirectory()
        try output(
            of: "sh", "-c", #"mkdir "$2/etc" && cp -r "$1/etc/digest_lists" "$2/etc""#, "sh",
            system.root, lists.path)
        let both = try image + archive(lists.path)
        let result = try check(both, of: system.root)
        #expect((result.refused, result.checked) == (0, 8))
        // What a list knows is not enough where the list does not count.
        let key = try X509Key(.ecP256)
        let unsigned = try check(both, of: system.root, "--certificate", key.certificatePath)
        #expect(unsigned.newer.map(\.file) == ["/usr/bin/beta"])
    }

    @Test("What the image does not have may be updated") func notInTheImage() throws {
        let system = try InstalledSystem("alpha")
        let image = try archive(system.root)
        let later = try InstalledSystem("alpha", "beta")
        #expect(try check(image, of: later.root).refused == 0)
        try later.updateBeta()
        #expect(try check(image, of: later.root).refused == 0)
        // Nor does it matter what cannot be executed.
        chmod(later.path("usr/bin/alpha"), 0o644)
        try later.write("else", to: "usr/bin/alpha")
        unlink(later.path("usr/sbin/alpha"))
        #expect(try check(image, of: later.root).checked == 6)
    }

    @Test("Libraries of another version, by the links that lead there") func links() throws {
        let system = try InstalledSystem("alpha")
        let libraries = system.path("usr/lib64")
        symlink("libalpha.so", "\(libraries)/libalpha.so.1")
        symlink("lib64", system.path("usr/plugins"))
        let image = try archive(system.root)
        #expect(try check(image, of: system.root).checked == 6)

        // The file of the old version goes, and the link leads to the new one.
        let root = try TemporaryDirectory()
        for name in ["usr/lib64", "usr/new", "lib"] { try root.makeDirectory(name) }
        symlink("/usr/lib64/libalpha.so.2", root.path("usr/lib64/libalpha.so.1"))
        symlink("new", root.path("usr/plugins"))
        try root.write("\u{7f}ELF 2", to: "usr/lib64/libalpha.so.2")
        try root.write("\u{7f}ELF 3", to: "usr/new/libalpha.so")
        try root.write("\u{7f}ELF", to: "lib/libalpha.so")
        let result = try check(image, of: root.path)
        #expect(result.newer.map(\.file) == ["/usr/lib64/libalpha.so.2", "/usr/new/libalpha.so"])
        #expect((result.refused, result.checked) == (2, 8))

        // No link leads out of the root.
        try root.remove("usr/lib64/libalpha.so.2")
        try root.remove("usr/new/libalpha.so")
        symlink("../../../../../../..\(system.path("etc"))", root.path("usr/new/libalpha.so"))
        symlink(system.path("usr/share/alpha/script"), root.path("usr/lib64/libalpha.so"))
        #expect(try check(image, of: root.path).checked == 6)
        // Nor do more of them than the kernel follows.
        try root.remove("usr/lib64/libalpha.so.1")
        symlink("/1/alpha.so", root.path("usr/lib64/libalpha.so.1"))
        for number in 1..<40 { symlink("/\(number + 1)", root.path("\(number)")) }
        symlink(root.path, root.path("40"))
        try root.write("\u{7f}ELF 4", to: "alpha.so")
        #expect(try check(image, of: root.path).checked == 6)
    }

    @Test("What cannot be compared is told") func unreadable() throws {
        let system = try InstalledSystem("beta")
        let path = try directory.write(try archive(system.root), to: "image")
        chmod(system.path("usr/bin/beta"), 0o111)
        // Root can read all, unless it is told not to.
        let unable = geteuid() == 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : []
        let command = [Program.diglimctl.path, "check", "--image", path, "--root", system.root]
        let outcome = try runProgram("env", unable + command)
        #expect(outcome.status == 1)
        #expect(outcome.errorLines == ["diglimctl: /usr/bin/beta: Permission denied"])
    }
}
