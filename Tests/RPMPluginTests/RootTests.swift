import BlackBox
import Foundation
import Testing

/// Another root has its own database and its own lists, and nothing to do with this kernel.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator), .needsRoot)
struct RootTests {
    private let system: ScratchSystem
    private let root: TemporaryDirectory
    private let database: [String]

    init() throws {
        system = try ScratchSystem()
        root = try TemporaryDirectory()
        database = ["--root", root.path, "--dbpath", "/var/lib/rpm"]
        system.macros["_digest_list_dir"] = nil
    }

    private func rpm(_ arguments: String...) throws -> Outcome {
        let outcome = try system.command(database + arguments).run()
        #expect(outcome.warnings == [])
        return outcome
    }

    /// Whether the lists below the root are those of what is installed there, and nothing has been
    /// uploaded.
    private func expect(
        _ packages: BuiltPackage..., location: SourceLocation = #_sourceLocation
    ) throws {
        let names = packages.map(\.listName).sorted()
        #expect(try system.installed(in: database) == names, sourceLocation: location)
        #expect(try root.names(in: "etc/digest_lists") == names, sourceLocation: location)
        let generated = try system.generated(from: ["--dbpath", root.path("var/lib/rpm")])
        for name in names {
            #expect(
                try root.bytes(of: "etc/digest_lists/\(name)") == generated[name],
                sourceLocation: location)
        }
        #expect(try system.emulator.operations().isEmpty, sourceLocation: location)
        #expect(access(system.directory.path("lists"), F_OK) != 0, sourceLocation: location)
    }

    @Test("Lists are written below the root, and nothing is uploaded")
    func transactions() throws {
        let packages = try ["1", "2"].map { try system.package("alpha", version: $0) }
        let other = try system.package("beta")
        for package in packages + [other] { try SigningKey().sign(package) }
        #expect(try rpm("-i", packages[0].path, other.path).status == 0)
        try expect(packages[0], other)
        #expect(try rpm("-U", packages[1].path).status == 0)
        try expect(packages[1], other)
        #expect(try rpm("--reinstall", packages[1].path).status == 0)
        try expect(packages[1], other)
        #expect(try rpm("-e", "alpha").status == 0)
        try expect(other)
    }

    @Test("Failing scripts")
    func failures() throws {
        let package = try system.package("alpha")
        let new = try system.package(
            "alpha", content: "other", scriptlets: "%pre -p <lua>\nerror('no')")
        #expect(try rpm("-i", new.path).status != 0)
        try expect()
        #expect(try rpm("-i", package.path).status == 0)
        #expect(try rpm("-U", "--replacepkgs", new.path).status != 0)
        try expect(package)
    }

    @Test("A link in the root leads nowhere else")
    func link() throws {
        try root.makeDirectory("etc")
        try root.makeDirectory("data/lists")
        symlink("/data/lists", root.path("etc/digest_lists"))
        let package = try system.package("alpha")
        #expect(try rpm("-i", package.path).status == 0)
        #expect(try root.names(in: "data/lists") == [package.listName])
        #expect(try rpm("-e", "alpha").status == 0)
        #expect(try root.names(in: "data/lists") == [])
        #expect(access("/data/lists", F_OK) != 0)
    }
}
