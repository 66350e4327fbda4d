import BlackBox
import Foundation
import RandomNumbers
import Testing

/// Packages of rpm 6, and what this machine's rpm says of their signatures.
@Suite(.needs(.diglimctl), .needsCorpus)
struct VerifyNewPackagesTests {
    private static let keyrings = ["v4", "v6"].map {
        Corpus.newPackages + "/rpm-testkey-\($0)-keyring.asc"
    }
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for keyring in Self.keyrings {
            // Old versions of rpm do not take all keys.
            _ = try runProgram(
                "rpmkeys", ["--dbpath", directory.path("db"), "--import", keyring])
        }
    }

    private func packages() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Corpus.newPackages)
            .filter { $0.hasSuffix(".rpm") }.sorted()
    }

    /// What `rpmkeys -K` says of signatures over the header.
    private func rpmVerdicts(_ package: String) throws -> [Substring] {
        try runProgram("rpmkeys", ["--dbpath", directory.path("db"), "-Kv", package])
            .output.split(separator: "\n")
            .filter { $0.lowercased().contains("header") && $0.lowercased().contains("signature") }
    }

    private func verify(_ lists: [[UInt8]]) throws -> [VerifiedResult] {
        let paths = try lists.enumerated().map { try directory.write($1, to: "list\($0)") }
        let keyrings = Self.keyrings.flatMap { ["--keyring", $0] }
        let outcome = try Diglimctl.run(["verify", "--json"] + keyrings + paths)
        let results = try outcome.json([VerifiedResult].self)
        #expect(results.map(\.file) == paths)
        #expect(outcome.status == (results.allSatisfy { $0.verdict == "good" } ? 0 : 1))
        return results
    }

    /// The verdict that follows from what rpm says, for the signature with an algorithm.
    private func expected(_ lines: [Substring], _ algorithm: String) -> String {
        let line =
            lines.first { $0.contains(" \(algorithm)") } ?? lines.first { $0.contains("(") } ?? ""
        if line.hasSuffix(": OK") { return "good" }
        if line.hasSuffix(": NOKEY") { return "unknown_signer" }
        // This rpm does not look at the signature, cannot read it, or trusts no such algorithm.
        if line.isEmpty || line.contains("invalid OpenPGP") || line.contains(": NOTTRUSTED") {
            return "unverifiable"
        }
        return "bad"
    }

    @Test func sameVerdictAsRPM() throws {
        var verified = 0
        var generator = SplitMix64(seed: 17)
        for name in try packages() {
            let bytes = try readFile("\(Corpus.newPackages)/\(name)")
            let package = PackageSignatures(bytes)
            if package.signatures.isEmpty { continue }
            let lines = try rpmVerdicts("\(Corpus.newPackages)/\(name)")
            let results = try verify(package.lists)
            for result in results {
                let algorithm = "\(result.signature?.algorithm ?? "?")/"
                #expect(result.verdict == expected(lines, algorithm), "\(name): \(result) \(lines)")
                #expect(result.verdict != "bad")
                #expect((result.verdict == "good") == (result.signer != nil))
                verified += 1
            }
            // The same with a header of which one bit has been changed, past its sizes.
            for number in 0..<5 {
                let place = 16 + generator.number(below: package.header.count - 16)
                var changed = bytes
                changed[package.place + place] ^= 1 << UInt8(generator.number(below: 8))
                let path = try directory.write(changed, to: "changed\(number).rpm")
                let lines = try rpmVerdicts(path)
                let lists = package.signatures.map {
                    Array(changed[package.place...].prefix(package.header.count))
                        + appended($0, kind: 0)
                }
                for result in try verify(lists) {
                    let algorithm = "\(result.signature?.algorithm ?? "?")/"
                    let verdict = expected(lines, algorithm)
                    #expect(verdict != "good" && result.verdict != "good")
                    // Of a header that is broken, rpm may say nothing more.
                    #expect(
                        result.verdict == verdict || result.verdict == "bad",
                        "\(name): \(result) \(lines)")
                }
            }
        }
        #expect(verified == 6)
    }

    /// Whatever librpm does at one list, the others have their verdicts.
    @Test func listThatEndsSomeLibrpm() throws {
        let hostile = Corpus.newPackages + "/aborts-rpm-sequoia-1.8"
        let keyring = Corpus.packages + "/rpm.org-rsa-2048-test.pub"
        try output(
            of: Program.diglimctl.path, "generate", "--output", directory.path("lists"),
            Corpus.packages + "/hello-2.0-1.x86_64-signed.rpm")
        let good = directory.path("lists/0-file_list-rpm-hello-2.0-1.x86_64")
        let paths = [good, hostile, good, hostile, hostile, good]
        let outcome = try Diglimctl.run(["verify", "--json", "--keyring", keyring] + paths)
        #expect(outcome.status == 1)
        let results = try outcome.json([VerifiedResult].self)
        #expect(results.map(\.file) == paths)
        for (path, result) in zip(paths, results) {
            #expect((result.verdict == "good") == (path == good), "\(result)")
        }
        #expect(try Diglimctl.run("show", hostile).status == 0)
    }
}
