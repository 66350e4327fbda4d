import BlackBox
import Foundation
import Testing

/// rpm's options that change what a transaction is.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct OptionTests {
    private let system: ScratchSystem
    private let packages: [BuiltPackage]

    init() throws {
        let system = try ScratchSystem()
        packages = try ["1", "2"].map { try system.package("alpha", version: $0) }
        self.system = system
    }

    @Test("--test does nothing")
    func test() throws {
        #expect(try system.rpm("-i", "--test", packages[0].path).status == 0)
        #expect(access(system.directory.path("lists"), F_OK) != 0)
        try system.rpm("-i", packages[0].path)
        let operations = try system.emulator.operations().count
        #expect(try system.rpm("-U", "--test", packages[1].path).status == 0)
        #expect(try system.rpm("-e", "--test", "alpha").status == 0)
        #expect(try system.emulator.operations().count == operations)
        try system.expect(packages[0])
    }

    @Test("--justdb: the lists go with the database")
    func justDatabase() throws {
        #expect(try system.rpm("-i", "--justdb", packages[0].path).status == 0)
        #expect(access("\(system.files)/alpha/program", F_OK) != 0)
        try system.expect(packages[0])
        #expect(try system.rpm("-U", "--justdb", packages[1].path).status == 0)
        try system.expect(packages[1])
        #expect(try system.rpm("-e", "--justdb", "alpha").status == 0)
        try system.expect()
    }

    @Test("--nodb: the lists go with the files")
    func noDatabase() throws {
        #expect(try system.rpm("-i", "--nodb", packages[0].path).status == 0)
        #expect(access("\(system.files)/alpha/program", F_OK) == 0)
        #expect(try system.installed() == [])
        #expect(try system.lists == [packages[0].listName])
        #expect(try system.emulator.loadedLabels() == [packages[0].listName])
        let failing = try system.package("beta", scriptlets: "%pre\nexit 1")
        #expect(try system.rpm("-i", "--nodb", failing.path).status != 0)
        #expect(try system.lists == [packages[0].listName])
        // The database still has the old version, but its files are gone.
        #expect(try system.rpm("-i", "--replacefiles", packages[0].path).status == 0)
        #expect(try system.rpm("-U", "--nodb", packages[1].path).status == 0)
        #expect(try system.installed() == [packages[0].listName])
        #expect(try system.lists == [packages[1].listName])
        #expect(try system.emulator.loadedLabels() == [packages[1].listName])
    }

    @Test("--noscripts, --notriggers, --excludedocs")
    func noScripts() throws {
        let package = try system.package(
            "beta", scriptlets: "%pretrans\nexit 1\n%pre\nexit 1\n%post\nexit 1")
        #expect(
            try system.rpm("-i", "--noscripts", "--notriggers", "--excludedocs", package.path)
                .status == 0)
        try system.expect(package)
        #expect(try system.rpm("-e", "--noscripts", "beta").status == 0)
        try system.expect()
    }

    @Test("--relocate changes paths, but nothing that is signed")
    func relocated() throws {
        let package = try system.package(
            "beta", preamble: "Prefix: \(system.files)")
        try SigningKey().sign(package)
        let place = system.directory.path("elsewhere")
        #expect(
            try system.rpm("-i", "--relocate", "\(system.files)=\(place)", package.path).status
                == 0)
        #expect(access("\(place)/beta/program", F_OK) == 0)
        try system.expect(package)
        try output(
            of: Program.diglimctl.path, "generate", "--output", system.directory.path("made"),
            package.path)
        #expect(
            try system.directory.bytes(of: "made/\(package.listName)")
                == system.directory.bytes(of: "lists/\(package.listName)"))
        try system.rpm("-e", "beta")
        try system.expect()
    }

    @Test("--noplugins leaves all as it is; what is removed later has no list, which is no error")
    func noPlugins() throws {
        try system.rpm("-i", "--noplugins", packages[0].path)
        #expect(try system.lists == [])
        let outcome = try system.rpm("-e", "alpha")
        #expect(outcome.status == 0)
        #expect(outcome.warnings == [])
        try system.expect()
    }

    @Test("Source packages and keys have no lists")
    func others() throws {
        let key = try SigningKey()
        let place = try TemporaryDirectory()
        try output(
            of: "rpmbuild", "-bs", "--define", "_topdir \(place.path)",
            try place.write(
                """
                Name: source
                Version: 1
                Release: 1
                Summary: A package for tests
                License: GPL-2.0-or-later
                %description
                """, to: "source.spec"))
        var source = system.command([
            "--dbpath", system.directory.path("db"), "--define", "_topdir \(place.path)", "-i",
            place.path("SRPMS/source-1-1.src.rpm"),
        ])
        #expect(try source.run().status == 0)
        source.program = "rpmkeys"
        source.arguments = [
            "--dbpath", system.directory.path("db"), "--import",
            try place.write(try key.publicKey(), to: "key"),
        ]
        #expect(try source.run().status == 0)
        #expect(try system.rpm("-q", "gpg-pubkey").status == 0)
        let outcome = try system.rpm("-e", "gpg-pubkey")
        #expect(outcome.status == 0)
        #expect(outcome.warnings == [])
        try system.expect()
        #expect(try system.emulator.operations().isEmpty)
    }
}
