import BlackBox
import Foundation
import Testing

/// After each transaction the directory has the lists of what is installed, and the kernel those of
/// the directory.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct TransactionTests {
    private let system: ScratchSystem

    init() throws { system = try ScratchSystem() }

    /// Runs rpm, which must succeed without a warning of the plugin.
    private func rpm(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws {
        let outcome = try system.command(
            ["--dbpath", system.directory.path("db")] + arguments
        ).run()
        #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.warnings == [], sourceLocation: location)
    }

    @Test("Installed, upgraded, downgraded, installed again and removed, with signatures")
    func signed() throws {
        let key = try SigningKey()
        let packages = try ["1", "2"].map { try system.package("alpha", version: $0) }
        let other = try system.package("beta")
        for package in packages + [other] { try key.sign(package) }
        try rpm("-i", packages[0].path, other.path)
        try system.expect(packages[0], other)
        let list = try system.directory.bytes(of: "lists/\(other.listName)")
        let marker = Array("~Module signature appended~\n".utf8)
        #expect(list.suffix(marker.count).elementsEqual(marker))
        try rpm("-U", packages[1].path)
        try system.expect(packages[1], other)
        try rpm("-U", "--oldpackage", packages[0].path)
        try system.expect(packages[0], other)
        try rpm("-U", "--replacepkgs", packages[0].path)
        try system.expect(packages[0], other)
        try rpm("--reinstall", packages[0].path)
        try system.expect(packages[0], other)
        try rpm("-e", "alpha")
        try system.expect(other)
        try rpm("-e", "beta")
        try system.expect()
    }

    @Test("Unsigned packages have lists too, and freshening changes what is installed")
    func unsigned() throws {
        let packages = try ["1", "2"].map { try system.package("alpha", version: $0) }
        try rpm("-i", packages[0].path)
        try system.expect(packages[0])
        try rpm("-F", packages[1].path)
        try system.expect(packages[1])
    }

    @Test("The lists are those that diglimctl makes of the package files")
    func listsOfPackageFiles() throws {
        let package = try system.package("alpha")
        try SigningKey().sign(package)
        try rpm("-i", package.path)
        try output(
            of: Program.diglimctl.path, "generate", "--output", system.directory.path("made"),
            package.path)
        #expect(
            try system.directory.bytes(of: "made/\(package.listName)")
                == system.directory.bytes(of: "lists/\(package.listName)"))
    }

    @Test("A package's scripts can already be run under enforcement")
    func scripts() throws {
        let (kernel, files) = (system.emulator.directory, system.files)
        let package = try system.package(
            "alpha",
            scriptlets: """
                %pre
                ls \(kernel)/digest_lists_loaded >\(files)/before
                test ! -e \(files)/alpha/program
                %post
                digest=$(sha256sum <\(files)/alpha/program | cut -d ' ' -f 1)
                echo "sha256-$digest" >\(kernel)/digest_query
                cat \(kernel)/digest_query >\(files)/after
                %postun
                ls \(kernel)/digest_lists_loaded >\(files)/gone
                """)
        try rpm("-i", package.path)
        try system.expect(package)
        let before = String(decoding: try readFile("\(files)/before"), as: UTF8.self)
        #expect(before.contains(package.listName))
        let after = String(decoding: try readFile("\(files)/after"), as: UTF8.self)
        #expect(after.contains(package.listName))
        #expect(after.contains("modifiers: 1"))
        try rpm("-e", "alpha")
        // What a script runs may still be the package's, as long as there are scripts.
        let gone = String(decoding: try readFile("\(files)/gone"), as: UTF8.self)
        #expect(gone.contains(package.listName))
        try system.expect()
    }

    @Test("All sorts of scripts, which rpm tells the plugin of as if they were packages")
    func transactionScripts() throws {
        let scriptlets = """
            %pretrans
            true
            %posttrans
            true
            %transfiletriggerin -- \(system.files)
            cat >/dev/null
            %transfiletriggerun -- \(system.files)
            cat >/dev/null
            %transfiletriggerpostun -- \(system.files)
            true
            %triggerin -- beta
            true
            %triggerun -- beta
            true
            """
        let packages = try ["1", "2"].map {
            try system.package("alpha", version: $0, scriptlets: scriptlets)
        }
        let other = try system.package("beta", scriptlets: scriptlets)
        try rpm("-i", packages[0].path, other.path)
        try system.expect(packages[0], other)
        try rpm("-U", packages[1].path)
        try system.expect(packages[1], other)
        try rpm("-e", "beta")
        try system.expect(packages[1])
        try rpm("-e", "alpha")
        try system.expect()
    }

    @Test("Several versions of a package, as of a kernel")
    func versions() throws {
        let packages = try ["1", "2", "3"].map {
            try system.package("kernel", version: $0, folder: "kernel-\($0)")
        }
        for package in packages { try rpm("-i", package.path) }
        try system.expect(packages[0], packages[1], packages[2])
        try rpm("-e", "kernel-2")
        try system.expect(packages[0], packages[2])
        try rpm("-e", "--allmatches", "kernel")
        try system.expect()
    }

    @Test("Several architectures of a package")
    func architectures() throws {
        let packages = try ["x86_64", "i686"].map {
            try system.package("alpha", arch: $0, folder: "alpha-\($0)")
        }
        try rpm("-i", "--ignorearch", packages[0].path, packages[1].path)
        try system.expect(packages[0], packages[1])
        try rpm("-e", "alpha.i686")
        try system.expect(packages[0])
    }

    @Test("A release with the same files as the one before, and back")
    func sameFiles() throws {
        let packages = try ["1", "2", "3"].map {
            try system.package("alpha", version: $0, content: "always the same")
        }
        for package in packages + packages.reversed() {
            try rpm("-U", "--oldpackage", "--replacepkgs", package.path)
            try system.expect(package)
        }
        try rpm("-e", "alpha")
        try system.expect()
        #expect(try system.emulator.counts() == ["0", "0", "0", "0"])
    }

    @Test("Two packages with the same files, in either order of removal", arguments: [0, 1])
    func sharedFiles(first: Int) throws {
        let packages = try ["alpha", "beta"].map { try system.package($0, content: "the same") }
        for package in packages { try rpm("-i", package.path) }
        try system.expect(packages[0], packages[1])
        try rpm("-e", ["alpha", "beta"][first])
        try system.expect(packages[1 - first])
        try rpm("-i", packages[first].path)
        try system.expect(packages[0], packages[1])
        try rpm("-e", "alpha", "beta")
        try system.expect()
        try system.expectKnown(packages[0], false)
    }

    @Test("Another build of the same version takes the place of the first")
    func rebuilt() throws {
        let packages = try ["one", "two"].map { try system.package("alpha", content: $0) }
        try rpm("-i", packages[0].path)
        try rpm("-U", "--replacepkgs", packages[1].path)
        try system.expect(packages[1])
        try system.expectKnown(packages[0], false)
    }

    @Test("Packages without files have a list, and nothing to load")
    func empty() throws {
        let package = try BuiltPackage(
            "empty", in: system.directory, script: "true", files: "")
        try rpm("-i", package.path)
        try system.expectLists([package.listName])
        #expect(try system.emulator.loadedLabels() == [])
        try rpm("-e", "empty")
        try system.expect()
    }

    @Test("Many packages at once")
    func many() throws {
        let packages = try (1...20).map { try system.package("package\($0)") }
        let outcome = try system.command(
            ["--dbpath", system.directory.path("db"), "-i"] + packages.map(\.path)
        ).run()
        #expect(outcome.status == 0)
        #expect(outcome.warnings == [])
        let names = packages.map(\.listName).sorted()
        try system.expectLists(names)
        #expect(try system.emulator.loadedLabels() == names)
    }
}
