import BlackBox
import DigestList
import RPMHeader
import Testing

@Suite("Which files may not change") struct ImmutabilityTests {
    /// Whether a file that is alone in its package becomes immutable.
    private func isImmutable(_ file: PackagedFile) throws -> Bool {
        var file = file
        file.digest = madeUpDigest(7)
        let answers = try [
            HeaderWriter(of: [file]), .withLongSizes(of: [file]), .withOldNames(of: [file]),
        ].map { try convertedDigests(of: $0.bytes()).immutable.count == 1 }
        #expect(Set(answers).count == 1, "\(file)")
        return answers[0]
    }

    @Test("Of files with content, executables and those that nobody can write")
    func modes() throws {
        let files = (0...0o7777).map { permissions in
            PackagedFile(
                mode: UInt16(0o100000 | permissions), digest: madeUpDigest(1, permissions))
        }
        let mutable = (0...0o7777).filter { $0 & 0o111 == 0 && $0 & 0o222 != 0 }
        let digests = try convertedDigests(of: HeaderWriter(of: files).bytes())
        #expect(digests.mutable == mutable.map { madeUpDigest(1, $0) })
        #expect(digests.immutable.count == 0o10000 - mutable.count)
    }

    @Test(
        "An empty file's mode does not matter", arguments: [0o100755, 0o100444, 0o100000, 0o100644])
    func emptyFiles(mode: UInt16) throws {
        #expect(try !isImmutable(PackagedFile(mode: mode, size: 0, digest: "")))
    }

    @Test("A size that is 0 in 32 bits is not 0 in 64", arguments: [1 << 32, 5 << 32, 1 << 63])
    func longSizes(size: UInt64) throws {
        let file = PackagedFile(mode: 0o100755, size: size, digest: madeUpDigest(1))
        let long = HeaderWriter.withLongSizes(of: [file])
        #expect(try convertedDigests(of: long.bytes()).immutable.count == 1)
    }

    @Test("Where there are sizes in 64 bits, those in 32 do not count")
    func bothSizes() throws {
        var writer = HeaderWriter(of: [
            PackagedFile(mode: 0o100755, size: 0, digest: madeUpDigest(1)),
            PackagedFile(mode: 0o100755, size: 9, digest: madeUpDigest(2)),
        ])
        writer.entries.append(.numbers(.longFileSizes, [7, 0] as [UInt64]))
        for sizes: [UInt32] in [[0, 9], [0], [0, 9, 1]] {
            writer[.fileSizes] = .numbers(.fileSizes, sizes)
            let digests = try convertedDigests(of: writer.bytes())
            #expect(digests.immutable == [madeUpDigest(1)])
            #expect(digests.mutable == [madeUpDigest(2)])
        }
    }

    @Test(
        "All files of some directories",
        arguments: [
            ("/lib/firmware/", true), ("/usr/lib/firmware/intel/", true),
            ("/lib/firmware-x/", true),
            ("/lib/firmwar/", false), ("/usr/libexec/sudo/", true),
            ("/usr/libexec/sudoers.d/", true), ("/opt/usr/libexec/sudo/", true),
            ("/libexec/sudo/", false), ("/usr/lib64/", true), ("/lib64/", true),
            ("/opt/lib64/x/", true), ("/usr/lib64", false), ("/usr/lib64x/", false),
            ("/usr/xlib64/", false), ("lib64/", false), ("/lib/modules/5.15/", true),
            ("/usr/lib/modules/", true), ("/lib/modules-load.d/", true), ("/lib/module/", false),
            ("/Lib64/", false), ("/usr/lib/", false), ("/usr/libexec/", false), ("/", false),
            ("/lib/x/lib/firmware/", true), ("/li", false),
        ])
    func directories(directory: String, expected: Bool) throws {
        let file = PackagedFile(
            directory: directory, name: "file", mode: 0o100644, size: 0, digest: "")
        #expect(try isImmutable(file) == expected)
        // An executable is immutable anywhere.
        var executable = file
        executable.mode = 0o100755
        executable.size = 1
        #expect(try isImmutable(executable))
    }

    @Test(
        "What depmod writes is decided by its mode",
        arguments: [
            ("modules.dep", false), ("modules.", false), ("modules", true), ("xmodules.dep", true),
            ("Modules.dep", true), ("module.dep", true), ("modules.dep.bin", false),
        ])
    func depmod(name: String, expected: Bool) throws {
        var file = PackagedFile(directory: "/lib/modules/5.15/", name: name, size: 1, digest: "")
        #expect(try isImmutable(file) == expected)
        file.mode = 0o100444
        #expect(try isImmutable(file))
        // In the other directories, such a name means nothing.
        file = PackagedFile(directory: "/lib/firmware/", name: name, size: 1, digest: "")
        #expect(try isImmutable(file))
        file = PackagedFile(
            directory: "/lib/modules/lib/firmware/", name: name, size: 1, digest: "")
        #expect(try isImmutable(file))
    }

    @Test("A base name in a path of old means what it means today")
    func oldNames() throws {
        for (path, expected) in [
            ("/lib/modules/a/modules.dep", false), ("/lib/modules/a/x", true), ("/lib64/x", true),
            ("/lib64", false), ("lib64/x", false), ("/lib64/", true), ("x", false), ("", false),
            ("/lib/modules", false), ("/lib/firmware", false), ("/lib/modules.d/x", true),
        ] {
            var writer = HeaderWriter.withOldNames(of: [PackagedFile(digest: madeUpDigest(1))])
            writer[.oldFileNames] = .strings(.oldFileNames, [path])
            let digests = try convertedDigests(of: writer.bytes())
            #expect(digests.immutable.isEmpty == !expected, "\(path)")
        }
    }

    @Test("Only immutable digests go up on request, in an unchanged block")
    func immutableOnly() throws {
        let list = HeaderWriter(of: usualFiles).bytes()
        let all = try ListBlock.blocks(of: convert(list))
        let some = try ListBlock.blocks(of: convert(list, immutableOnly: true))
        #expect(all.map(\.isImmutable) == [false, true])
        #expect(some == [all[1]])
        let mutable = HeaderWriter.package(1, mutable: 3).bytes()
        #expect(try convert(mutable, immutableOnly: true).isEmpty)
    }

    @Test("The type's number is that of the ABI", arguments: [(ABI.v2, 2 as UInt16), (.v3, 1)])
    func abi(abi: ABI, type: UInt16) throws {
        let blocks = try ListBlock.blocks(
            of: convert(HeaderWriter(of: usualFiles).bytes(), abi: abi))
        #expect(blocks.map(\.type) == [type, type])
    }
}
