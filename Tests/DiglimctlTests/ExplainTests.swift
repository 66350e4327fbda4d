import BlackBox
import Foundation
import Testing

/// Why files would be refused.
@Suite(
    .needs(.diglimctl, .parser, .emulator),
    .enabled(if: InstalledSystem.isPossible, "rpm or cpio is missing"))
struct ExplainTests {
    /// What `diglimctl explain --json` prints of a file.
    struct Explanation: Decodable {
        struct Loaded: Decodable {
            var label: String
            var actions: [String]
        }
        struct Enforcer: Decodable, Equatable {
            var mode: String
            var verdict: String
            var digest: String
        }
        struct Refusal: Decodable, Equatable {
            var time: String
            var mode: String?
            var hook: String?
            var reason: String?
            var digest: String?
            var process: Int?
            var command: String?
            var parent: Int?
            var parentCommand: String?
            var unit: String?
            var message: String?
            var omitted: Int?
        }
        var file: String
        var path: String?
        var kind: String?
        var digest: String?
        var verdict: String
        var reason: String
        var package: String?
        var expected: String?
        var lists: [String]
        var loaded: [Loaded]?
        var enforcer: Enforcer?
        var refusals: [Refusal]?
        var commands: [String]
    }

    private static let alpha = "alpha-1-1.noarch"

    private func explain(_ system: InstalledSystem, _ arguments: String...) throws -> [Explanation]
    {
        let outcome = try Diglimctl.run(["explain", "--root", system.root, "--json"] + arguments)
        let explanations = try outcome.json([Explanation].self)
        let isWell = explanations.allSatisfy { ["known", "not_regular"].contains($0.verdict) }
        #expect(outcome.status == (isWell ? 0 : 1))
        #expect(outcome.errorLines.count == explanations.count { $0.verdict == "unreadable" })
        // One screen, and always a way out.
        for explanation in explanations where !isWell {
            let isHopeless = ["known", "not_regular", "unreadable"].contains(explanation.verdict)
            #expect(explanation.commands.isEmpty == isHopeless, "\(explanation)")
        }
        return explanations
    }

    @Test func knownAndNot() throws {
        let system = try InstalledSystem("alpha", "old")
        try system.write("mine", to: "opt/mine", mode: 0o755)
        try system.write("else", to: "usr/sbin/alpha", mode: 0o755)
        let results = try explain(
            system, "/usr/bin/alpha", "/sbin/alpha", "opt/mine", "/usr/bin/old", "/usr", "/gone")
        #expect(
            results.map(\.verdict) == [
                "known", "changed", "unknown", "other_algorithm", "not_regular", "unreadable",
            ])
        #expect(
            results.map(\.package) == [Self.alpha, Self.alpha, nil, "old-1-1.noarch", nil, nil])
        #expect(results[0].lists == [listName("alpha")])
        #expect(results[1].path == "/usr/sbin/alpha")
        #expect(results[1].commands.first == "rpm -V alpha")
        let digest = try output(of: "sh", "-c", #"printf '#!/bin/sh\n' | sha256sum"#).prefix(64)
        #expect(results[1].expected == "sha256-\(digest)")
        #expect(results[3].expected?.hasPrefix("md5-") == true)
        #expect(results.allSatisfy { $0.loaded == nil })
    }

    @Test("The commands mend it") func commandsMendIt() throws {
        let system = try InstalledSystem("alpha")
        try system.write("mine", to: "opt/mine", mode: 0o755)
        let key = try X509Key(.ecP256)
        unlink(system.list(of: "alpha"))
        let before = try explain(system, "/usr/bin/alpha", "/opt/mine")
        #expect(before.map(\.verdict) == ["missing_list", "unknown"])
        for command in before.flatMap(\.commands) {
            let command = command.replacing("diglimctl", with: Program.diglimctl.path)
                .replacing(" KEY ", with: " \(key.keyPath) ")
                .replacing(" CERT ", with: " \(key.certificatePath) ")
            try output(of: "sh", "-ec", command)
        }
        #expect(
            try explain(system, "/usr/bin/alpha", "/opt/mine").allSatisfy { $0.verdict == "known" })
        let signed = ["--certificate", key.certificatePath, "/usr/bin/alpha", "/opt/mine"]
        let outcome = try Diglimctl.run(["explain", "--root", system.root, "--json"] + signed)
        let results = try outcome.json([Explanation].self)
        #expect(results.map(\.verdict) == ["uncounted", "known"])
        #expect(results[0].reason.hasSuffix(": not signed"))
    }

    @Test("What the kernel has") func kernel() throws {
        let system = try InstalledSystem("alpha")
        let machine = try Machine()
        let arguments = ["--interface", machine.emulator.directory, "/usr/bin/alpha"]
        func verdict(_ more: String...) throws -> Explanation {
            let outcome = try Diglimctl.run(
                ["explain", "--root", system.root, "--json"] + more + arguments)
            return try #require(try outcome.json([Explanation].self).first)
        }
        let before = try verdict()
        #expect(before.verdict == "not_loaded")
        #expect(before.commands == ["diglimctl upload"])
        #expect(before.loaded?.isEmpty == true)
        try output(
            of: Program.parser.path, "add", "--interface", machine.emulator.directory,
            system.path("etc/digest_lists"))
        let after = try verdict()
        #expect(after.loaded?.map(\.label) == [listName("alpha")])
        #expect(after.loaded?.map(\.actions.isEmpty) == [false])
        #expect(after.verdict == "known")
        // Without the list in the directory it would not be there after the next start.
        unlink(system.list(of: "alpha"))
        let stale = try verdict()
        #expect(stale.verdict == "missing_list")
        #expect(stale.loaded?.count == 1)
    }

    @Test("A list that somebody loaded without actions") func noActions() throws {
        let system = try InstalledSystem("alpha")
        let emulator = try MountedEmulator("--actions", "0")
        let list = try #require(
            try output(
                of: Program.diglimctl.path, "convert", "--output", system.path("opt/lists"),
                system.list(of: "alpha")
            ).isEmpty == false
                ? try readFile(system.path("opt/lists/0-file_list-compact-alpha-1-1.noarch")) : nil)
        #expect(emulator.add(list, label: listName("alpha")) == "ok")
        let outcome = try Diglimctl.run(
            "explain", "--root", system.root, "--json", "--interface", emulator.directory,
            "/usr/bin/alpha")
        let result = try #require(try outcome.json([Explanation].self).first)
        #expect(result.loaded?.map(\.actions) == [[]])
        #expect(result.verdict == "no_actions")
        #expect(result.commands == ["diglimctl upload --renew"])
    }

    @Test func text() throws {
        let system = try InstalledSystem("alpha")
        try system.write("else", to: "usr/bin/alpha", mode: 0o755)
        let result = try #require(try explain(system, "/usr/bin/alpha").first)
        let text = try Diglimctl.run("explain", "--root", system.root, "/usr/bin/alpha").output
        #expect(
            text == """
                /usr/bin/alpha: not as its package has it
                  digest    \(try #require(result.digest))
                  package   alpha-1-1.noarch
                  expected  \(try #require(result.expected))
                  mend      rpm -V alpha
                  mend      dnf reinstall alpha, or zypper install --force alpha

                """)
    }
}
