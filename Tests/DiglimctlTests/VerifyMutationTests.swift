import BlackBox
import Foundation
import RandomNumbers
import Testing

/// Malformed lists, trailers and signatures: no crash, and a verdict on each, which is not good.
@Suite(.needs(.diglimctl))
struct VerifyMutationTests {
    private static let runs = 40
    private static let filesOfARun = 500

    private let directory: TemporaryDirectory
    private var seeds: [[UInt8]] = []
    private var trust: [String] = []

    init() throws {
        directory = try TemporaryDirectory()
        let compact = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes
        for kind in X509Key.Kind.allCases {
            let key = try X509Key(kind)
            let certificate = directory.path("\(kind).pem")
            try FileManager.default.copyItem(atPath: key.certificatePath, toPath: certificate)
            trust += ["--certificate", certificate]
            for (list, option) in [(compact, "--keyid"), (PackageBuilder().header, "--json")] {
                let path = try directory.write(list, to: "seed")
                try key.sign(path, [option])
                seeds.append(try directory.bytes(of: "seed"))
            }
        }
        guard SignedPackage.isPossible else { return }
        for algorithm in ["rsa2048", "dsa2048", "ed25519"] {
            let key = try SigningKey(algorithm)
            trust += ["--keyring", try directory.write(key.exported(), to: "\(algorithm).asc")]
            let package = try SignedPackage(by: key)
            seeds.append(try readFile(package.list))
        }
    }

    /// Bytes that are changed only where the signature and its trailer are.
    private func changed(_ seed: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        let length = seed.suffix(32).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let content = Array(seed.dropLast(40 + length))
        let signature = Array(seed.suffix(40 + length))
        switch generator.number(below: 4) {
        case 0: return generator.mutate(seed)
        case 1: return content + generator.mutate(signature)
        case 2:
            // A whole trailer, so that what is before it gets read.
            let data = generator.mutate(Array(signature.dropLast(40)))
            return content + appended(data, kind: generator.one(in: 4) ? 2 : 0)
        default:
            let data = generator.mutate(Array(signature.dropLast(40)))
            return content + appended(data, kind: signature[length + 2])
        }
    }

    @Test func everyFileHasAVerdict() throws {
        var generator = SplitMix64(seed: 11)
        var verdicts: [String: Int] = [:]
        for run in 0..<Self.runs {
            let folder = try TemporaryDirectory()
            var untouched: Set<String> = []
            let paths = try (0..<Self.filesOfARun).map { number in
                let seed = generator.pick(seeds)
                let bytes = changed(seed, &generator)
                let path = try folder.write(bytes, to: "\(number)")
                if seeds.contains(bytes) { untouched.insert(path) }
                return path
            }
            let verified = try Diglimctl.run(["verify", "--json"] + trust + paths)
            #expect([0, 1].contains(verified.status), "run \(run): \(verified.errors)")
            let results = try verified.json([VerifiedResult].self)
            #expect(results.map(\.file) == paths)
            for result in results {
                #expect(result.verdict != "good" || untouched.contains(result.file))
                #expect(
                    ["bad", "unknown_signer", "unverifiable"].contains(result.verdict)
                        == (result.reason != nil))
                verdicts[result.verdict, default: 0] += 1
            }
            let shown = try Diglimctl.run(["show", "--json", "--digests"] + paths)
            #expect([0, 1].contains(shown.status), "run \(run): \(shown.errors)")
            let descriptions = try shown.json([ShownList].self)
            #expect(descriptions.map(\.file) == paths)
            #expect(descriptions.allSatisfy { $0.error != nil || $0.blocks != nil })
        }
        #expect(verdicts.values.reduce(0, +) == Self.runs * Self.filesOfARun)
        for verdict in ["bad", "unknown_signer"] {
            #expect(verdicts[verdict, default: 0] > 100, "\(verdicts)")
        }
    }

    /// Keys come from those who are trusted, and yet no file of keys makes the program crash.
    @Test(.enabled(if: SignedPackage.isPossible, "no rpmbuild, rpmsign or gpg"))
    func keyrings() throws {
        let key = try SigningKey("rsa2048", subkey: "ed25519")
        let package = try SignedPackage(by: key)
        let seeds = try [false, true].map { try key.exported(armored: $0) }
        var generator = SplitMix64(seed: 13)
        for _ in 0..<500 {
            let keyring = generator.mutate(generator.pick(seeds))
            let outcome = try Diglimctl.run(
                "verify", "--keyring", directory.write(keyring, to: "keyring"), package.list)
            #expect([0, 1].contains(outcome.status))
            #expect(!outcome.output.isEmpty || !outcome.errors.isEmpty)
        }
    }
}
