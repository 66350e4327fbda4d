import BlackBox
import Foundation
import Testing

/// Digest lists of package files.
struct GeneratePackagesTests {
    @Test(.needs(.diglimctl), .needsCorpus)
    func packagesOfRPMsOwnTests() throws {
        let output = try TemporaryDirectory()
        let outcome = try Diglimctl.run(
            "generate", "--output", output.path, "--json", Corpus.packages)
        #expect(outcome.status == 1)
        let result = try outcome.json(GenerateResult.self)
        #expect(result.written == 5)
        #expect(result.unsigned == 4)
        #expect(result.failed == 1)
        let corrupted = Corpus.packages + "/hello-2.0-1.x86_64-corrupted.rpm"
        #expect(result.failures.map(\.file) == [corrupted])
        #expect(result.failures.first?.error.contains("digest: BAD") == true)
        let packages = [
            "foo-1.0-1.noarch", "hello-1.0-1.i386", "hello-1.0-1.ppc64", "hello-2.0-1.x86_64",
            "hlinktest-1.0-1.noarch",
        ]
        #expect(result.lists.map(\.package).sorted() == packages)
        #expect(result.lists.filter(\.signed).map(\.package) == ["hello-2.0-1.x86_64"])
        #expect(try output.names() == packages.map { "0-file_list-rpm-\($0)" })
        let unsigned = outcome.errorLines.filter { $0.hasSuffix(": not signed") }
        #expect(unsigned.count == 4)
    }

    /// The region is the header as it stands in the package file, byte for byte.
    @Test(
        .needs(.diglimctl), .needsCorpus,
        arguments: [
            "foo-1.0-1.noarch", "hello-1.0-1.i386", "hello-1.0-1.ppc64", "hlinktest-1.0-1.noarch",
        ])
    func unsignedListIsTheHeader(_ package: String) throws {
        let output = try TemporaryDirectory()
        let path = Corpus.packages + "/\(package).rpm"
        #expect(try Diglimctl.run("generate", "--output", output.path, path).status == 0)
        let list = try output.bytes(of: "0-file_list-rpm-\(package)")
        #expect(try list == header(of: readFile(path)))
    }

    @Test(.needs(.diglimctl), .needsCorpus)
    func signedListIsHeaderAndSignature() throws {
        let output = try TemporaryDirectory()
        let path = Corpus.packages + "/hello-2.0-1.x86_64-signed.rpm"
        #expect(try Diglimctl.run("generate", "--output", output.path, path).status == 0)
        let list = try output.bytes(of: "0-file_list-rpm-hello-2.0-1.x86_64")
        let package = try readFile(path)
        let header = header(of: package)
        #expect(Array(list[..<header.count]) == header)
        let signature = Array(list[header.count...].dropLast(40))
        #expect(Array(list[header.count...]) == appended(signature, kind: 0))
        // It is the signature over the header, of three in the package.
        #expect(Data(package).range(of: Data(signature)) != nil)
        #expect(signature.count == 287)
    }

    /// The main header of a package file, which follows the lead and the signature header.
    private func header(of package: [UInt8]) -> [UInt8] {
        func size(at start: Int) -> Int {
            func number(_ offset: Int) -> Int {
                package[(start + offset)...].prefix(4).reduce(0) { $0 << 8 | Int($1) }
            }
            return 16 + 16 * number(8) + number(12)
        }
        let start = 96 + (size(at: 96) + 7) / 8 * 8
        return Array(package[start..<start + size(at: start)])
    }
}

/// Packages that no build tool would make.
@Suite(.needs(.diglimctl))
struct GenerateOddPackagesTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    private func generate(_ arguments: String...) throws -> (Outcome, GenerateResult) {
        let outcome = try Diglimctl.run(
            ["generate", "--json", "--output", output.path] + arguments)
        return (outcome, try outcome.json(GenerateResult.self))
    }

    @Test func unsignedPackage() throws {
        let builder = PackageBuilder(file: ("/usr/bin/", "odd"))
        try input.write(builder.package, to: "odd.rpm")
        let (outcome, result) = try generate(input.path)
        #expect(outcome.status == 0)
        #expect(result.lists.map(\.package) == ["odd-1-1.noarch"])
        #expect(result.unsigned == 1)
        #expect(try output.bytes(of: "0-file_list-rpm-odd-1-1.noarch") == builder.header)
    }

    @Test func whatIsTrueOfManyPackagesIsToldOfTen() throws {
        let names = (10..<25).map { "odd\($0)" }
        for name in names {
            try input.write(PackageBuilder(name: name).package, to: "\(name).rpm")
            try input.write(PackageBuilder(isSource: true).package, to: "\(name).src.rpm")
        }
        let (outcome, result) = try generate(input.path)
        #expect(outcome.status == 0)
        #expect(result.lists.count { !$0.signed } == 15)
        let told = names.prefix(10).flatMap {
            [
                "diglimctl: \(input.path)/\($0).rpm: not signed",
                "diglimctl: \(input.path)/\($0).src.rpm: a source package, passed over",
            ]
        }
        #expect(
            outcome.errorLines.map(String.init) == told + [
                "diglimctl: not signed: and 5 more, which --verbose names",
                "diglimctl: a source package, passed over: and 5 more, which --verbose names",
            ])
        let (everything, _) = try generate("--verbose", input.path)
        #expect(everything.errorLines.count == 30)
        #expect(!everything.errors.contains("more"))
    }

    @Test(arguments: ["../odd", "o/d", "o d", "odd\n", "\u{1b}[31modd", "od\u{e0}d"])
    func nameThatNoListCanHave(_ name: String) throws {
        let path = try input.write(PackageBuilder(name: name).package, to: "odd.rpm")
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 1)
        #expect(result.lists.isEmpty)
        #expect(result.failures.map(\.file) == [path])
        #expect(outcome.errorLines.count == 1)
        #expect(!outcome.errors.contains("\u{1b}"))
        #expect(try output.names().isEmpty)
    }

    @Test func nameThatIsTooLong() throws {
        let path = try input.write(
            PackageBuilder(name: String(repeating: "o", count: 240)).package, to: "odd.rpm")
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 1)
        #expect(result.failures.first?.error.contains("too long") == true)
    }

    @Test func headerWithoutNameOrArchitecture() throws {
        for builder in [PackageBuilder(name: nil), PackageBuilder(arch: nil)] {
            let path = try input.write(builder.package, to: "odd.rpm")
            let (outcome, result) = try generate(path)
            #expect(outcome.status == 1)
            #expect(result.failures.map(\.file) == [path])
        }
    }

    @Test func whatHasNothingForAListIsPassedOver() throws {
        try input.write(PackageBuilder(isSource: true).package, to: "source.rpm")
        try input.write(PackageBuilder(name: "gpg-pubkey", arch: nil).package, to: "key.rpm")
        let (outcome, result) = try generate(input.path)
        #expect(outcome.status == 0)
        #expect(result.passedOver == 2)
        #expect(try output.names().isEmpty)
    }

    @Test func samePackageTwice() throws {
        let builder = PackageBuilder()
        try input.write(builder.package, to: "a.rpm")
        try input.write(builder.package, to: "b.rpm")
        let (outcome, result) = try generate(input.path, input.path("a.rpm"))
        #expect(outcome.status == 0)
        #expect(result.written == 1)
        let (again, second) = try generate(input.path)
        #expect(again.status == 0)
        #expect(second.unchanged == 1)
    }

    @Test func differentPackagesOfTheSameName() throws {
        let first = PackageBuilder(summary: "The first")
        try input.write(first.package, to: "a.rpm")
        try input.write(PackageBuilder(summary: "The second").package, to: "b.rpm")
        for round in 0..<2 {
            let (outcome, result) = try generate(input.path)
            #expect(outcome.status == 1)
            #expect(result.written + result.unchanged == 1)
            #expect(result.unchanged == round)
            #expect(result.failures.map(\.file) == [input.path("b.rpm")])
            #expect(result.failures.first?.error.contains(input.path("a.rpm")) == true)
            #expect(try output.bytes(of: "0-file_list-rpm-odd-1-1.noarch") == first.header)
        }
    }

    @Test(
        "Packages that differ in epoch alone, in any order: the lowest has the plain name",
        arguments: [
            [nil, 1, 7], [7, nil, 1], [7, 1, nil], [7, 1, 0], [1, nil, 1, 7],
        ] as [[UInt32?]])
    func epochs(_ epochs: [UInt32?]) throws {
        let builders = epochs.map { PackageBuilder(epoch: $0, summary: "\($0 ?? 0)") }
        let paths = try builders.enumerated().map {
            try input.write($0.element.package, to: "\($0.offset).rpm")
        }
        for round in 0..<2 {
            let outcome = try Diglimctl.run(
                ["generate", "--json", "--output", output.path] + paths)
            #expect(outcome.status == 0)
            let result = try outcome.json(GenerateResult.self)
            #expect(result.written == (round == 0 ? 3 : 0))
            #expect(result.unchanged == (round == 0 ? 0 : 3))
            #expect(try output.names() == result.lists.map(\.name).sorted())
            for (epoch, builder) in zip(epochs, builders) {
                let name = (epoch ?? 0) == 0 ? "odd-1-1.noarch" : "odd-\(epoch!):1-1.noarch"
                #expect(try output.bytes(of: "0-file_list-rpm-\(name)") == builder.header)
            }
        }
    }

    @Test func anEpochThatIsNotNeededIsInNoName() throws {
        let path = try input.write(PackageBuilder(epoch: 3).package, to: "a.rpm")
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 0)
        #expect(result.lists.map(\.name) == ["0-file_list-rpm-odd-1-1.noarch"])
        // Where the name has no room for it, only the second of two fails.
        let name = String(repeating: "o", count: 255 - 16 - 11)
        let paths = try ([4, 3] as [UInt32]).map {
            try input.write(PackageBuilder(name: name, epoch: $0).package, to: "\($0).rpm")
        }
        for paths in [paths, paths.reversed()] {
            let (failing, second) = try generate(paths[0], paths[1])
            #expect(failing.status == 1)
            #expect(second.lists.count == 1)
            #expect(second.failures.map(\.file) == [input.path("4.rpm")])
        }
    }

    @Test(arguments: [("1:1", "1"), ("1-1", "1"), ("1", "1-1")])
    func versionThatWouldMakeTheNameThatOfAnother(_ version: String, _ release: String) throws {
        let path = try input.write(
            PackageBuilder(version: version, release: release).package, to: "odd.rpm")
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 1)
        #expect(result.failures.map(\.file) == [path])
        #expect(try output.names().isEmpty)
    }

    @Test func whatIsNoPackage() throws {
        let whole = PackageBuilder().package
        try input.write([], to: "empty.rpm")
        try input.write(Array(whole[..<50]), to: "lead.rpm")
        try input.write(Array(whole.dropLast()), to: "truncated.rpm")
        try input.write(Array("Hello\n".utf8), to: "text.rpm")
        mkfifo(input.path("fifo.rpm"), 0o600)
        symlink("nowhere", input.path("link.rpm"))
        _ = try input.makeDirectory("directory.rpm/empty")
        try input.write(whole, to: "whole.rpm")
        try input.write(whole, to: "whole.rpm.part")
        let (outcome, result) = try generate(input.path)
        #expect(outcome.status == 1)
        #expect(result.written == 1)
        let broken = ["empty", "fifo", "lead", "link", "text", "truncated"]
        #expect(result.failures.map(\.file) == broken.map { input.path("\($0).rpm") })
        #expect(outcome.errorLines.count == broken.count + 1)
    }

    /// As createrepo_c searches: links to files and directories are followed, hidden ones too.
    @Test func directoriesAreSearched() throws {
        func write(_ name: String, to directory: String) throws {
            _ = try input.makeDirectory(directory)
            try input.write(PackageBuilder(name: name).package, to: "\(directory)/\(name).rpm")
        }
        try write("a", to: "x/Packages/a")
        try write("b", to: "x/b.rpm/.hidden")
        try write("c", to: "elsewhere")
        try write("d", to: "linked")
        try input.write(PackageBuilder(name: "e").package, to: "x/e.RPM")
        symlink(input.path("elsewhere/c.rpm"), input.path("x/link.rpm"))
        symlink("../../linked", input.path("x/Packages/directory"))
        symlink("..", input.path("x/Packages/back"))
        let (outcome, result) = try generate(input.path("x"))
        #expect(outcome.status == 0)
        // By the paths of the files, whatever order the directories have.
        #expect(result.lists.map(\.package) == ["a", "d", "b", "c"].map { "\($0)-1-1.noarch" })
        #expect(
            outcome.errorLines.first == "diglimctl: \(input.path)/x/Packages/a/a.rpm: not signed")
    }

    @Test func nothingFound() throws {
        let directory = try input.makeDirectory("x/y/z")
        let text = "no *.rpm below this directory"
        let (outcome, result) = try generate(input.path("x"), directory)
        #expect(outcome.status == 1)
        #expect(result.failures.map(\.file) == [input.path("x"), directory])
        #expect(result.failures.allSatisfy { $0.error == text })
        let package = try input.write(PackageBuilder().package, to: "odd.rpm")
        let (other, _) = try generate(directory, package)
        #expect(other.status == 0)
        #expect(other.errorLines.first == "diglimctl: \(directory): \(text)")
    }

    /// librpm takes package names for URLs and paths for macros, if it gets to see them.
    @Test func oddPaths() throws {
        let path = try input.makeDirectory("%(touch ran)%{_dbpath} \u{e4}")
        try Data(PackageBuilder().package).write(to: URL(fileURLWithPath: path + "/http:%7b.rpm"))
        let (outcome, result) = try generate(path)
        #expect(outcome.status == 0)
        #expect(result.written == 1)
    }

    @Test func outputThatIsNoDirectory() throws {
        let package = try input.write(PackageBuilder().package, to: "odd.rpm")
        for target in [package, input.path("missing/out"), "/proc/self/out"] {
            let outcome = try Diglimctl.run("generate", "--output", target, package)
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.hasPrefix("diglimctl: \(target): "))
        }
    }

    /// A directory in a list's place cannot be replaced, and hides no other list's failure.
    @Test func listsPlaceIsTaken() throws {
        try input.write(PackageBuilder().package, to: "a.rpm")
        try input.write(PackageBuilder(name: "other").package, to: "b.rpm")
        let taken = "0-file_list-rpm-odd-1-1.noarch"
        _ = try output.makeDirectory(taken)
        let (outcome, result) = try generate(input.path)
        #expect(outcome.status == 1)
        #expect(result.written == 1)
        #expect(result.failures.map(\.file) == [output.path(taken)])
        #expect(try output.names() == [taken, "0-file_list-rpm-other-1-1.noarch"])
    }
}
