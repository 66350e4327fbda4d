import BlackBox
import Testing

/// Packages as distributions build them: what goes up is what `rpm -qp --dump` says.
@Suite(.needs(.parser, .diglimctl, .emulator))
struct BuiltPackageTests {
    private let directory: TemporaryDirectory
    private let lists: String
    private let emulator: MountedEmulator

    init() throws {
        directory = try TemporaryDirectory()
        lists = directory.path("lists")
        emulator = try MountedEmulator()
    }

    /// Files of every sort that the rule for immutable ones tells apart, and of those without a
    /// digest.
    private static let script = """
        mkdir -p etc usr/bin usr/libexec/sudo usr/lib64 lib64/one usr/lib lib/firmware
        mkdir -p lib/modules/6.1/kernel usr/share/lib/modules srv/lib64 sys
        for file in etc/mutable etc/read-only etc/empty-read-only etc/empty-executable \\
            usr/bin/executable usr/bin/group usr/bin/suid usr/bin/script usr/libexec/sudo/data \\
            usr/lib64/data usr/lib64/empty lib64/one/data usr/lib/data lib/firmware/data \\
            lib/modules/6.1/modules.dep lib/modules/6.1/kernel/a.ko lib/modules/6.1/amodules.x \\
            usr/share/lib/modules/data srv/lib64/data srv/lib64.conf "etc/two words" etc/ghost
        do
            echo "$file" >"$file"
        done
        : >etc/empty-read-only >etc/empty-executable >usr/lib64/empty
        ln -s mutable etc/symbolic
        ln etc/mutable etc/hard
        ln usr/bin/executable usr/bin/hard
        """
    private static let files = """
        %dir /sys
        %attr(0644, root, root) /etc/mutable
        %attr(0644, root, root) /etc/hard
        %attr(0444, root, root) /etc/read-only
        %attr(0400, root, root) /etc/empty-read-only
        %attr(0755, root, root) /etc/empty-executable
        "/etc/two words"
        /etc/symbolic
        %config(noreplace) /srv/lib64.conf
        %ghost /etc/ghost
        %ghost %attr(0755, root, root) /etc/absent
        %attr(0755, root, root) /usr/bin/executable
        %attr(0755, root, root) /usr/bin/hard
        %attr(0610, root, root) /usr/bin/group
        %attr(4711, root, root) /usr/bin/suid
        %attr(0500, root, root) /usr/bin/script
        %attr(0644, root, root) /usr/lib64/data
        %attr(0644, root, root) /usr/lib64/empty
        %attr(0644, root, root) /usr/lib/data
        %attr(0644, root, root) /usr/libexec/sudo/data
        %attr(0644, root, root) /lib64/one/data
        %attr(0644, root, root) /lib/firmware/data
        %attr(0644, root, root) /lib/modules/6.1/modules.dep
        %attr(0644, root, root) /lib/modules/6.1/amodules.x
        %attr(0644, root, root) /lib/modules/6.1/kernel/a.ko
        %attr(0644, root, root) /usr/share/lib/modules/data
        %attr(0644, root, root) /srv/lib64/data
        """

    private func generate(from package: BuiltPackage) throws {
        try output(of: Program.diglimctl.path, "generate", "--output", lists, package.path)
    }

    /// Adds the lists and compares each with its package.
    ///
    /// - Parameter packages: The packages by their lists' names.
    /// - Returns: The blocks of each list.
    @discardableResult
    private func check(_ packages: [String: String]) throws -> [String: [ListBlock]] {
        let run = try emulator.run("add", lists)
        #expect(run.status == 0)
        let loaded = try emulator.loadedLists()
        for (name, path) in packages {
            let digests = PackageDigests(of: try dumpedFiles(of: path))
            let own = loaded.filter { $0.label == name }
            #expect(try PackageDigests(of: own) == digests, "\(name)")
            #expect(own.count == (digests == PackageDigests() ? 0 : 1))
        }
        #expect(loaded.allSatisfy { packages[$0.label] != nil })
        let converted = try ReferenceConverter.convert(lists)
        #expect(loaded.allSatisfy { $0.bytes == converted[$0.label] })
        return Dictionary(uniqueKeysWithValues: try loaded.map { ($0.label, try $0.blocks) })
    }

    @Test(
        "All algorithms of rpm",
        arguments: [
            (1, 1 as UInt16, 16), (2, 2, 20), (8, 4, 32), (9, 5, 48), (10, 6, 64), (11, 7, 28),
        ])
    func algorithms(openPGP: Int, algorithm: UInt16, size: Int) throws {
        let package = try BuiltPackage(
            "mixed", in: directory, algorithm: openPGP, script: Self.script, files: Self.files)
        try generate(from: package)
        let name = listName("mixed")
        let blocks = try #require(try check([name: package.path])[name])
        #expect(blocks.map(\.isImmutable) == [false, true])
        for block in blocks {
            #expect(block.algorithm == algorithm)
            #expect(block.digests.allSatisfy { $0.count == size })
        }
        // Counted by hand: so the rule that it is compared with is right too.
        #expect(blocks.map(\.digests.count) == [8, 15])
    }

    @Test(
        "A package without files, or without regular ones, is empty and not uploaded",
        arguments: [("", ""), ("mkdir a; ln -s a b; echo >c", "%dir /a\n/b\n%ghost /c")])
    func noRegularFiles(script: String, files: String) throws {
        let package = try BuiltPackage("none", in: directory, script: script, files: files)
        try generate(from: package)
        let run = try emulator.run("add", lists)
        #expect(run.status == 0)
        #expect(run.summary == Summary(empty: 1))
        #expect(try emulator.operations() == [])
    }

    @Test("10,000 files")
    func manyFiles() throws {
        let package = try BuiltPackage(
            "many", in: directory, script: "mkdir many; cd many; seq 10000 | split -l 1 -a 4 -d",
            files: "/many")
        try generate(from: package)
        let name = listName("many")
        let blocks = try #require(try check([name: package.path])[name])
        #expect(blocks.map(\.digests.count) == [10_000])
    }

    @Test("A file of more than 4 GiB")
    func largeFile() throws {
        // On tmpfs, holes cost no memory when they are read.
        let tmpfs = try TemporaryDirectory(in: "/dev/shm")
        let package = try BuiltPackage(
            "large", in: tmpfs, script: "truncate -s 5G sparse; echo >small",
            files: "%attr(0755, root, root) /sparse\n/small")
        try generate(from: package)
        let name = listName("large")
        // The index entry of LONGFILESIZES, whose values are numbers of 64 bits.
        let entry = bigEndian(HeaderTag.longFileSizes.rawValue) + bigEndian(UInt32(5))
        #expect(try readFile("\(lists)/\(name)").contains(entry))
        let blocks = try #require(try check([name: package.path])[name])
        #expect(blocks.map(\.digests.count) == [1, 1])
    }

    @Test("Signed packages give the same digests as unsigned ones")
    func signed() throws {
        let package = try BuiltPackage(
            "signed", in: directory, script: Self.script, files: Self.files)
        try generate(from: package)
        let name = listName("signed")
        let path = "\(lists)/\(name)"
        let unsigned = try readFile(path)
        let blocks = try check([name: package.path])
        _ = try emulator.run("del", lists)
        try SigningKey().sign(package)
        try generate(from: package)
        let signed = try readFile(path)
        #expect(signed.count > unsigned.count)
        #expect(signed.ends(with: "~Module signature appended~\n".utf8))
        #expect(signed.starts(with: unsigned))
        #expect(try check([name: package.path]) == blocks)
    }

    @Test("Packages of rpm's own tests, made on machines of both byte orders", .needsCorpus)
    func packagesOfRPMsOwnTests() throws {
        let packages = [
            "foo-1.0-1.noarch": "foo-1.0-1.noarch", "hello-1.0-1.i386": "hello-1.0-1.i386",
            "hello-1.0-1.ppc64": "hello-1.0-1.ppc64",
            "hello-2.0-1.x86_64": "hello-2.0-1.x86_64-signed",
            "hlinktest-1.0-1.noarch": "hlinktest-1.0-1.noarch",
        ]
        let paths = packages.values.map { "\(Corpus.packages)/\($0).rpm" }
        try output(of: Program.diglimctl.path, ["generate", "--output", lists] + paths)
        try check(
            Dictionary(
                uniqueKeysWithValues: packages.map {
                    ("0-file_list-rpm-\($0)", "\(Corpus.packages)/\($1).rpm")
                }))
    }
}

extension Collection<UInt8> {
    /// Whether bytes are somewhere among these.
    func contains(_ bytes: [UInt8]) -> Bool { Array(self).firstRange(of: bytes) != nil }

    /// Whether these bytes end with others.
    func ends(with bytes: some Collection<UInt8>) -> Bool {
        suffix(bytes.count).elementsEqual(bytes)
    }
}
