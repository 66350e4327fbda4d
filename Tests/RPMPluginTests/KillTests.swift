import BlackBox
import Foundation
import Testing

/// rpm is killed at some point; the next transaction makes good what can be made good.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct KillTests {
    private let system: ScratchSystem
    private let next: BuiltPackage

    init() throws {
        system = try ScratchSystem()
        next = try system.package("next")
    }

    private func kill(_ arguments: String...) throws {
        let outcome = try system.command(
            ["--dbpath", system.directory.path("db")] + arguments
        ).run()
        #expect(outcome.status == -SIGKILL)
    }

    @Test("Before the package is installed", arguments: ["%pretrans", "%pre"])
    func before(script: String) throws {
        let package = try system.package("alpha", scriptlets: "\(script)\nkill -9 $PPID")
        try kill("-i", package.path)
        #expect(try system.installed() == [])
        let isKnown = script == "%pre" || InstalledRPM.tellsOfTransactionScripts
        #expect(try system.lists.contains(package.listName) == isKnown)
        try system.rpm("-i", next.path)
        try system.expect(next)
        try system.rpm("-i", "--noscripts", package.path)
        try system.expect(next, package)
    }

    @Test("When the package is in the database")
    func after() throws {
        let package = try system.package("alpha", scriptlets: "%post\nkill -9 $PPID")
        try kill("-i", package.path)
        #expect(try system.installed() == [package.listName])
        try system.rpm("-i", next.path)
        try system.expect(next, package)
    }

    @Test("Amid an upgrade")
    func upgrade() throws {
        let packages = try ["1", "2"].map {
            try system.package("alpha", version: $0, scriptlets: "%postun\nkill -9 $PPID")
        }
        try system.rpm("-i", packages[0].path)
        try kill("-U", packages[1].path)
        // Both are in the database, and so both lists are right.
        try system.rpm("-i", next.path)
        try system.expect(packages[0], packages[1], next)
        try system.rpm("-e", "--noscripts", "alpha-1")
        try system.expect(packages[1], next)
    }

    @Test("Amid an installation of another build: the list is again that of the first one")
    func rebuilt() throws {
        let package = try system.package("alpha", content: "one")
        let new = try system.package("alpha", content: "two", scriptlets: "%pre\nkill -9 $PPID")
        try system.rpm("-i", package.path)
        try kill("-U", "--replacepkgs", new.path)
        try system.rpm("-i", next.path)
        try system.expect(package, next)
    }

    @Test("When another build is installed: the digests of the first one go")
    func rebuiltAfter() throws {
        let package = try system.package("alpha", content: "one")
        let new = try system.package(
            "alpha", content: "two", scriptlets: "%posttrans\nkill -9 $PPID")
        try system.rpm("-i", package.path)
        try kill("-U", "--replacepkgs", new.path)
        try system.expectKnown(package)
        try system.rpm("-i", next.path)
        try system.rpm("-e", "next")
        try system.expectKnown(package, false)
        try system.expectKnown(new)
    }

    @Test("A removal repairs too, and takes away what was being written")
    func unfinished() throws {
        let package = try system.package("alpha", scriptlets: "%pre\nkill -9 $PPID")
        try system.rpm("-i", next.path)
        try kill("-i", package.path)
        try system.directory.write("half of a li", to: "lists/.digest_list.new")
        try system.rpm("-e", "next")
        try system.expect()
    }

    @Test("Wherever rpm is killed, each list in the directory is whole")
    func anywhere() throws {
        let packages = try (1...12).map { try system.package("package\($0)") }
        let whole = try Dictionary(
            uniqueKeysWithValues: packages.map { package in
                let place = try TemporaryDirectory()
                try output(
                    of: Program.diglimctl.path, "generate", "--output", place.path, package.path)
                return (package.listName, try place.bytes(of: package.listName))
            })
        // From one number of lists to the next, rpm is somewhere else in what it does for each.
        for count in stride(from: 1, to: 12, by: 2) {
            let running = try system.command(
                ["--dbpath", system.directory.path("db"), "-U", "--replacepkgs"]
                    + packages.map(\.path)
            ).start()
            try wait { try system.emulator.added().count >= count || running.hasEnded() }
            running.send(SIGKILL)
            _ = try running.outcome()
            for name in try system.lists where !name.hasPrefix(".") {
                #expect(try system.directory.bytes(of: "lists/\(name)") == whole[name])
            }
            try system.rpm("-i", next.path)
            #expect(try system.lists == system.installed())
            #expect(try system.emulator.loadedLabels() == system.installed())
            let installed = try system.installed().map { $0.dropFirst("0-file_list-rpm-".count) }
            for name in installed { try system.rpm("-e", String(name)) }
            try system.expect()
        }
    }
}
