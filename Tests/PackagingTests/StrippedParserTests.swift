import BlackBox
import Foundation
import Testing

/// The lists are made after the last step that changes the parser.
@Suite("Lists of stripped parsers", .needs(.mkparserList), .needsStripping)
struct StrippedParserTests {
    @Test(
        "The digest is that of the installed file",
        arguments: [(ParserBuild.Policy.own, []), (.own, ["debug_package %{nil}"]), (.suse, [])])
    func digest(policy: ParserBuild.Policy, macros: [String]) throws {
        var build = try ParserBuild()
        build.policy = policy
        build.macros = macros
        build.environment = ["PESIGN_COPIES=\(try build.directory.makeDirectory("copies"))"]
        let (package, _) = try build.package()
        let digest = sha256(try readFile(package.parserPath))
        #expect(digest != sha256(try readFile(build.unstripped)))
        for (name, type) in zip(ParserPackage.listNames, [UInt16(1), 0]) {
            let list = try package.list(name)
            #expect(list.signature == nil)
            #expect(
                try list.blocks == [
                    ListBlock(type: type, modifiers: 1, [bytes(hexadecimal: digest)])
                ])
        }
        #expect(try verify(package).status == 0)
        try checkHeader(of: package, digest)
    }

    /// What rpm has recorded is what was extracted, and the lists belong to the package.
    private func checkHeader(of package: ParserPackage, _ digest: String) throws {
        let files = try package.files()
        #expect(files[ParserPackage.parser]?.digest == digest)
        let lists = ParserPackage.listNames.map { "\(ParserPackage.listDirectory)/\($0)" }
        #expect(Set(files.keys) == Set(lists + [ParserPackage.parser]))
        for list in lists {
            #expect(files[list]?.digest == sha256(try readFile(package.root + list)))
            #expect(files[list]?.mode == 0o100644)
        }
    }

    @Test("Debug information was extracted")
    func debugInformation() throws {
        let build = try ParserBuild()
        let (package, log) = try build.package()
        #expect(log.contains("find-debuginfo"))
        let files = try ParserBuild.packages(in: build.directory)
            .filter { $0.contains("debuginfo") }.flatMap { try dumpedFiles(of: $0) }
        #expect(files.contains { $0.name.hasPrefix("test_parser") && $0.name.hasSuffix(".debug") })
        let sections = try output(of: "readelf", "--sections", "--wide", package.parserPath)
        #expect(!sections.contains(".debug_info"))
    }

    @Test("A list that is made too early has another digest")
    func tooEarly() throws {
        var build = try Self.buildTooEarly()
        build.check = ""
        let (package, _) = try build.package()
        let unstripped = sha256(try readFile(build.unstripped))
        #expect(unstripped != sha256(try readFile(package.parserPath)))
        for name in ParserPackage.listNames {
            #expect(
                try package.list(name).blocks.first?.digests == [bytes(hexadecimal: unstripped)])
        }
        #expect(try verify(package).status == 1)
    }

    @Test("A list that is made too early fails the build in %check")
    func tooEarlyForCheck() throws {
        let outcome = try Self.buildTooEarly().run()
        #expect(outcome.status != 0)
        #expect(outcome.output.contains("has the digest of another file"))
    }

    /// A build that asks for the lists as on openSUSE, where nothing is appended to `%install`,
    /// and makes them there and then.
    private static func buildTooEarly() throws -> ParserBuild {
        var build = try ParserBuild()
        build.macros = ["suse_version 1600"]
        build.installation = "%diglim_parser_lists\n%{__brp_diglim_parser_list}"
        return build
    }

    @Test("What a distribution has appended to %install is run, too")
    func otherSteps() throws {
        var build = try ParserBuild()
        build.macros = [
            "__spec_install_post %{?__debug_package:%{__debug_install_post}} %{__os_install_post} "
                + "echo a step of its own"
        ]
        let (package, log) = try build.package()
        #expect(log.contains("\na step of its own\n"))
        #expect(try verify(package).status == 0)
    }

    @Test("Two builds give the same lists")
    func reproducible() throws {
        let lists = try (0..<2).map { _ in
            let build = try ParserBuild()
            let (package, _) = try build.package()
            return try ParserPackage.listNames.map { try readFile("\(package.listPath)/\($0)") }
        }
        #expect(lists[0] == lists[1])
    }

    private func verify(_ package: ParserPackage) throws -> Outcome {
        try runProgram(
            Program.mkparserList.path,
            ["--verify", "--output", package.listPath, package.parserPath])
    }
}
