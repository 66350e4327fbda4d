import BlackBox
import Foundation
import MeasurementList
import Testing

/// Runtime policies for Keylime, read by Keylime's own code.
@Suite(.needs(.diglimctl), .needsCorpus, .needsRecordings)
struct KeylimeTests {
    private let lists: TemporaryDirectory
    private let scratch: TemporaryDirectory
    private static let key = Corpus.database + "/rpm-gpg-key.asc"
    private static let bash = "0-file_list-rpm-bash-5.1.8-1.cm2.x86_64"

    private struct Policy: Decodable {
        var digests: [String: [String]]
        var imaBuf: [String: [String]]

        private enum CodingKeys: String, CodingKey {
            case digests
            case imaBuf = "ima-buf"
        }
    }

    init() throws {
        lists = try TemporaryDirectory()
        scratch = try TemporaryDirectory()
        try Recording.writeLists(into: lists)
        for name in Recording.compactLists { try lists.remove(name) }
    }

    private func predict(_ arguments: [String], status: Int32 = 0) throws -> Outcome {
        let outcome = try Diglimctl.run(["predict", "--directory", lists.path] + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        return outcome
    }

    private func policy(
        _ arguments: String..., status: Int32 = 0
    ) throws -> (policy: Policy, path: String) {
        let text = try predict(
            ["--format", "keylime", "--keyring", Self.key] + arguments, status: status
        ).output
        let policy = try JSONDecoder().decode(Policy.self, from: Data(text.utf8))
        return (policy, try scratch.write(text, to: "policy.json"))
    }

    @Test("Uploads and deletions of verified lists, and files only where asked for")
    func contents() throws {
        let uploads = try policy().policy
        #expect(uploads.digests.isEmpty && uploads.imaBuf.count == 256)
        let all = try policy("--digests").policy
        #expect(all.imaBuf == uploads.imaBuf)
        let shown = try Diglimctl.run("show", "--json", "--digests", lists.path(Self.bash))
            .json([ShownList].self)
        for digest in shown.first?.digests ?? [] {
            let path = try #require(digest.path)
            #expect(all.digests[path]?.contains(digest.digest) == true)
        }
    }

    @Test func unverifiedLists() throws {
        var bytes = try lists.bytes(of: Self.bash)
        bytes[200] ^= 1
        try lists.write(bytes, to: Self.bash)
        let result = try policy("--digests", status: 1).policy
        #expect(result.imaBuf.count == 254)
        #expect(!result.imaBuf.keys.contains { $0.contains("bash") })
        #expect(result.digests["/usr/bin/bash"] == nil && result.digests.count > 1000)
    }

    @Test(arguments: [
        ["--format", "keylime"], ["--digests"], ["--keyring", key], ["--certificate", key],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        _ = try predict(arguments, status: 2)
    }

    /// Keylime's code accepts the policy and a log of ours, and refuses what is not in the policy.
    @Test(.enabled(if: python != nil, "DIGLIM_KEYLIME names no Python with Keylime"))
    func keylime() throws {
        let path = try policy("--digests").path
        let shown = try Diglimctl.run("show", "--json", "--digests", lists.path(Self.bash))
            .json([ShownList].self)
        let file = try #require(shown.first?.digests?.first)
        var log = try predict(["--ima-policy", "critical_data"]).output
        log += try line(file.digest, #require(file.path))
        let name = try #require(file.path)
        let logs = try [
            log, log + line(String(repeating: "ab", count: 32), name),
            log + line(file.digest, "/usr/bin/other"),
        ].enumerated().map { try scratch.write($1, to: "log\($0)") }
        try lists.remove(Self.bash)
        let whole = try scratch.write(readFile(path), to: "whole.json")
        let smaller = try policy("--digests").path
        let outcome = try runProgram(
            #require(Self.python),
            ["-c", Self.program, whole, logs[0], whole, logs[1], whole, logs[2], smaller, logs[0]])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let replayed = try Diglimctl.run("replay", "--json", logs[0]).json(ReplayResult.self)
        let register = try #require(replayed.registers.first { $0.bank == "sha256" }?.value)
        let results = outcome.output.split(separator: "\n").filter { $0.hasPrefix("result ") }
        #expect(results.first.map(String.init) == "result \(register) accepted")
        #expect(results.count == 4 && results.dropFirst().allSatisfy { $0.hasSuffix(" refused") })
    }

    private static let python = ProcessInfo.processInfo.environment["DIGLIM_KEYLIME"]

    /// Signed policies alone need Python's gpg.
    private static let program = """
        import sys, types
        sys.modules.setdefault("gpg", types.ModuleType("gpg"))
        from keylime.common.algorithms import Hash
        from keylime.ima import ima
        for policy, log in zip(sys.argv[1::2], sys.argv[2::2]):
            policy = ima.deserialize_runtime_policy(open(policy).read())
            ima.validate_runtime_policy(policy)
            lines = open(log).read().split("\\n")
            register, failure = ima.process_measurement_list(
                None, lines, policy, hash_alg=Hash.SHA256)
            print("result", register, "refused" if failure else "accepted")
        """

    private func line(_ digest: String, _ path: String) throws -> String {
        let data = try #require(
            Template("ima-ng".utf8).data(of: [
                Array("sha256:".utf8) + [0] + bytes(hexadecimal: digest), Array(path.utf8) + [0],
            ]))
        let hash = hexadecimal(try #require(Hashers().digest(of: data, .sha1)))
        return "10 \(hash) ima-ng sha256:\(digest) \(path)\n"
    }
}
