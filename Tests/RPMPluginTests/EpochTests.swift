import BlackBox
import Foundation
import Testing

/// Packages that differ in epoch alone have lists of their own, named as `diglimctl` names them.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct EpochTests {
    private let system: ScratchSystem

    init() throws { system = try ScratchSystem() }

    private func package(
        _ epoch: Int?, folder: String? = nil, scriptlets: String = ""
    ) throws -> BuiltPackage {
        try system.package(
            "alpha", folder: folder, content: "epoch \(epoch ?? 0)", scriptlets: scriptlets,
            preamble: epoch.map { "Epoch: \($0)" } ?? "")
    }

    private func name(_ epoch: Int? = nil) -> String {
        "0-file_list-rpm-alpha-\(epoch.map { "\($0):" } ?? "")1-1.noarch"
    }

    private func rpm(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws {
        let outcome = try system.command(
            ["--dbpath", system.directory.path("db")] + arguments
        ).run()
        #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.warnings == [], sourceLocation: location)
    }

    /// Whether directory and kernel have these lists, which are those of these packages.
    private func expect(
        _ packages: [String: BuiltPackage], location: SourceLocation = #_sourceLocation
    ) throws {
        let names = packages.keys.sorted()
        try system.expectLists(names, location: location)
        #expect(try system.emulator.loadedLabels() == names, sourceLocation: location)
        for (name, package) in packages {
            let own = try system.directory.bytes(of: "lists/\(name)")
            let place = try TemporaryDirectory()
            try output(
                of: Program.diglimctl.path, "generate", "--output", place.path, package.path)
            #expect(
                try own == place.bytes(of: package.listName), "\(name)",
                sourceLocation: location)
            try system.expectKnown(package, location: location)
        }
    }

    @Test("From one epoch to another and back", arguments: [[nil, 1], [0, 7], [2, 12]])
    func upgrade(epochs: [Int?]) throws {
        let seen = system.directory.path("seen")
        let old = try package(epochs[0])
        // Both are there until the end.
        let new = try package(
            epochs[1],
            scriptlets: """
                %posttrans
                ls \(system.directory.path("lists")) >\(seen)
                ls \(system.emulator.directory)/digest_lists_loaded >>\(seen)
                """)
        try rpm("-i", old.path)
        try expect([name(): old])
        try rpm("-U", new.path)
        try expect([name(): new])
        try system.expectKnown(old, false)
        let lines = String(decoding: try readFile(seen), as: UTF8.self)
            .split(separator: "\n").map { String($0) }
        for name in [name(), name(epochs[1] ?? 0)] {
            #expect(lines.count { $0.hasSuffix(name) } == 2)
        }
        // To rpm a package without an epoch is the one that is installed.
        if epochs[0] != nil {
            try rpm("-U", "--oldpackage", old.path)
            try expect([name(): old])
        }
        try rpm("-e", "alpha")
        try system.expect()
    }

    @Test(
        "Installed beside each other, in any order",
        arguments: [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
    func beside(order: [Int]) throws {
        let packages = try (0...2).map { (epoch: Int) in
            try package(epoch, folder: "alpha-\(epoch)")
        }
        for epoch in order { try rpm("-i", "--oldpackage", packages[epoch].path) }
        try expect([name(): packages[0], name(1): packages[1], name(2): packages[2]])
        try rpm("-e", "alpha-0:1-1")
        try expect([name(): packages[1], name(2): packages[2]])
        try rpm("-i", "--oldpackage", packages[0].path)
        try rpm("-e", "alpha-1:1-1")
        try expect([name(): packages[0], name(2): packages[2]])
        try rpm("-e", "--allmatches", "alpha")
        try system.expect()
    }

    @Test("In one transaction, also where scripts run before all of them")
    func together() throws {
        let packages = try (0...2).map { (epoch: Int) in
            try package(epoch, folder: "alpha-\(epoch)", scriptlets: "%pretrans\ntrue")
        }
        try rpm("-i", packages[1].path, packages[0].path, packages[2].path)
        try expect([name(): packages[0], name(1): packages[1], name(2): packages[2]])
    }

    @Test(
        "rpm is killed amid an upgrade, before or behind the files", arguments: ["%pre", "%post"])
    func killed(script: String) throws {
        let next = try system.package("next")
        let old = try package(nil)
        let new = try package(1, scriptlets: "\(script)\nkill -9 $PPID")
        try rpm("-i", old.path)
        #expect(try system.rpm("-U", new.path).status == -SIGKILL)
        #expect(try system.lists.contains(name(1)))
        try rpm("-i", next.path)
        try expect(
            script == "%pre"
                ? [name(): old, next.listName: next]
                : [name(): old, name(1): new, next.listName: next])
        try rpm("-U", "--noscripts", "--replacepkgs", new.path)
        try rpm("-e", "next")
        try expect([name(): new])
    }

    @Test("A package that cannot be installed takes nothing from the other")
    func failing() throws {
        let old = try package(1)
        let new = try package(0, scriptlets: "%pre\nexit 1")
        try rpm("-i", old.path)
        #expect(try system.rpm("-U", "--oldpackage", new.path).status != 0)
        try expect([name(): old])
        try system.expectKnown(new, false)
    }

    @Test("Where the epoch makes the name too long, the other's list stays")
    func tooLong() throws {
        let long = String(repeating: "x", count: 255 - 16 - 11)
        let packages = try ["", "Epoch: 1"].map {
            try system.package(long, folder: "a\($0.count)", preamble: $0)
        }
        try rpm("-i", packages[0].path)
        let warning = "\(packages[1].name): the package's name is too long for a file name"
        #expect(try system.rpm("-i", packages[1].path).warnings.first == warning)
        #expect(try system.lists == [packages[0].listName])
        try system.expectKnown(packages[0])
        try rpm("-e", "\(long)-1:1-1")
        try rpm("-e", long)
        try system.expect()
    }
}
