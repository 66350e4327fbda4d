import BlackBox
import Foundation
import Testing

/// What a transaction that fails has added is taken back; what is installed keeps its list.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct FailureTests {
    private let system: ScratchSystem

    init() throws { system = try ScratchSystem() }

    @Test("A failing script before the files", arguments: ["%pre", "%pretrans"])
    func before(script: String) throws {
        let (old, other) = (try system.package("alpha"), try system.package("beta"))
        let new = try system.package("alpha", version: "2", scriptlets: "\(script)\nexit 1")
        try system.rpm("-i", old.path)
        #expect(try system.rpm("-U", new.path, other.path).status != 0)
        // The others are installed all the same.
        try system.expect(old, other)
        try system.expectKnown(new, false)
        let first = try system.package("gamma", scriptlets: "\(script)\nexit 1")
        #expect(try system.rpm("-i", first.path).status != 0)
        try system.expect(old, other)
    }

    @Test("A failing script behind the files")
    func after() throws {
        let scriptlets = "%post\nexit 1\n%posttrans\nexit 1\n%postun\nexit 1"
        let packages = try ["1", "2"].map {
            try system.package("alpha", version: $0, scriptlets: scriptlets)
        }
        for package in packages {
            try system.rpm("-U", package.path)
            try system.expect(package)
        }
        try system.rpm("-e", "alpha")
        try system.expect()
    }

    @Test("A package that does not let itself be removed")
    func removal() throws {
        let package = try system.package("alpha", scriptlets: "%preun\nexit 1")
        let new = try system.package("alpha", version: "2", folder: "alpha-2")
        try system.rpm("-i", package.path)
        #expect(try system.rpm("-e", "alpha").status != 0)
        try system.expect(package)
        // The new version is installed, the old one stays.
        try system.rpm("-U", new.path)
        try system.expect(package, new)
        try system.rpm("-e", "--noscripts", "--allmatches", "alpha")
        try system.expect()
    }

    @Test("Files that cannot be unpacked")
    func unpacking() throws {
        // The folder of the files is a file.
        try system.directory.write("", to: "files/alpha")
        let (package, other) = (try system.package("alpha"), try system.package("beta"))
        #expect(try system.rpm("-i", package.path, other.path).status != 0)
        try system.expect(other)
    }

    @Test("A script has run, and then files are found to be in conflict")
    func conflict() throws {
        let other = try system.package("beta", folder: "shared")
        let package = try system.package(
            "alpha", folder: "shared", scriptlets: "%pretrans\n: >\(system.files)/ran")
        try system.rpm("-i", other.path)
        #expect(try system.rpm("-i", package.path).status != 0)
        #expect(access("\(system.files)/ran", F_OK) == 0)
        try system.expect(other)
    }

    @Test("Another build of what is installed, which fails: the first one's list is back")
    func rebuilt() throws {
        let package = try system.package("alpha", content: "one")
        let new = try system.package("alpha", content: "two", scriptlets: "%pre\nexit 1")
        try system.rpm("-i", package.path)
        #expect(try system.rpm("-U", "--replacepkgs", new.path).status != 0)
        try system.expect(package)
        try system.expectKnown(new, false)
    }

    @Test("Missing dependencies, and what is installed already")
    func problems() throws {
        let package = try system.package("alpha")
        try system.rpm("-i", package.path)
        #expect(try system.rpm("-i", package.path).status != 0)
        try system.expect(package)
    }
}
