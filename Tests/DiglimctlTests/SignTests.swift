import BlackBox
import Foundation
import Testing

/// Digest lists that their owner signs.
@Suite(.needs(.diglimctl))
struct SignTests {
    private let directory: TemporaryDirectory
    private let compact = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes
    private let name = "0-file_list-compact-odd"

    init() throws { directory = try TemporaryDirectory() }

    private func sign(_ key: X509Key, _ arguments: String...) throws -> Outcome {
        try Diglimctl.run(
            ["sign", "--key", key.keyPath, "--certificate", key.certificatePath] + arguments)
    }

    @Test(.needsSignFile, arguments: ["sha256", "sha384", "sha512"], [false, true])
    func sameBytesAsSignFile(_ hash: String, _ namesKey: Bool) throws {
        let key = try X509Key(.rsa2048)
        for list in [compact, PackageBuilder().header] {
            let path = try directory.write(list, to: name)
            let options = namesKey ? ["--keyid"] : []
            let outcome = try Diglimctl.run(
                [
                    "sign", "--key", key.keyPath, "--certificate", key.certificateDERPath,
                    "--hash", hash,
                ] + options + [path])
            #expect(outcome.status == 0)
            #expect(outcome.errors.isEmpty)
            #expect(outcome.output == "\(path): signed\n")
            #expect(
                try directory.bytes(of: name)
                    == SignFile.sign(list, with: key, hash: hash, options: namesKey ? ["-k"] : []))
        }
    }

    @Test(arguments: [X509Key.Kind.rsa2048, .ecP256, .ecP384])
    func opensslAgrees(_ kind: X509Key.Kind) throws {
        let key = try X509Key(kind)
        let path = try directory.write(compact, to: name)
        #expect(try sign(key, path).status == 0)
        let signed = try directory.bytes(of: name)
        let signature = Array(signed.dropFirst(compact.count).dropLast(40))
        #expect(signed == compact + appended(signature, kind: 2))
        let message = try directory.write(signature, to: "message")
        let content = try directory.write(compact, to: "content")
        let arguments = [
            "cms", "-verify", "-binary", "-inform", "DER", "-in", message, "-certfile",
            key.certificatePath, "-nointern", "-noverify", "-out", directory.path("out"),
            "-content",
        ]
        #expect(try runProgram("openssl", arguments + [content]).status == 0)
        try directory.write(compact + [0], to: "content")
        #expect(try runProgram("openssl", arguments + [content]).status != 0)
    }

    @Test func twice() throws {
        let key = try X509Key(.rsa2048)
        let path = try directory.write(compact, to: name)
        #expect(try sign(key, path).output == "\(path): signed\n")
        let stamp = try identity(of: path)
        #expect(try sign(key, path).output == "\(path): unchanged\n")
        #expect(try sign(key, "--replace", path).output == "\(path): unchanged\n")
        #expect(try identity(of: path) == stamp)
        let other = try sign(key, "--hash", "sha512", path)
        #expect(other.status == 1)
        #expect(other.output.isEmpty)
        #expect(
            other.errors == "diglimctl: \(path): has a signature already; --replace replaces it\n")
        #expect(try identity(of: path) == stamp)
        let replaced = try sign(key, "--hash", "sha512", "--replace", path)
        #expect(replaced.status == 0)
        #expect(replaced.output == "\(path): replaced\n")
        #expect(try directory.bytes(of: name).starts(with: compact))
    }

    /// An ECDSA signature is a different one each time.
    @Test func randomSignatureIsNotUnchanged() throws {
        let key = try X509Key(.ecP256)
        let path = try directory.write(compact, to: name)
        #expect(try sign(key, path).status == 0)
        #expect(try sign(key, path).status == 1)
        #expect(try sign(key, "--replace", path).output == "\(path): replaced\n")
    }

    @Test func openPGPSignatureIsReplaced() throws {
        let key = try X509Key(.rsa2048)
        let list = PackageBuilder().header
        let path = try directory.write(list + appended([1, 2, 3], kind: 0), to: name)
        #expect(try sign(key, path).status == 1)
        #expect(try directory.bytes(of: name) == list + appended([1, 2, 3], kind: 0))
        #expect(try sign(key, "--replace", path).output == "\(path): replaced\n")
        let replaced = try directory.bytes(of: name)
        try directory.write(list, to: name)
        #expect(try sign(key, path).status == 0)
        #expect(try directory.bytes(of: name) == replaced)
    }

    @Test func listsOfTheOlderABI() throws {
        let metadata = ListBlock(type: 3, [[UInt8](repeating: 1, count: 32)]).bytes
        let path = try directory.write(metadata, to: name)
        #expect(try sign(X509Key(.rsa2048), path).status == 0)
    }

    @Test func whatIsNoDigestListIsLeftAlone() throws {
        let key = try X509Key(.rsa2048)
        let header = PackageBuilder().header
        let wrong: [(String, [UInt8], String)] = [
            ("empty", [], "empty file"),
            ("text", Array("Hello\n".utf8), "neither a compact nor an RPM digest list"),
            ("module", [0x7f, 0x45, 0x4c, 0x46], "neither a compact nor an RPM digest list"),
            ("cut", Array(compact.dropLast()), "a block's digests run past the end"),
            ("rest", compact + [1], "a block's header runs past the end"),
            ("type", ListBlock(type: 9, [[UInt8](repeating: 1, count: 32)]).bytes, "no such type"),
            ("header", Array(header.dropLast()), "the file ends before the header does"),
            ("bytes", header + [0], "bytes after the header"),
            (
                "trailer", compact + appended([1], kind: 7),
                "the appended signature is of an unknown kind"
            ),
        ]
        let good = try directory.write(compact, to: "good")
        let paths = try wrong.map { try directory.write($0.1, to: $0.0) }
        let others = [directory.path("nowhere"), directory.path, "/dev/null"]
        let outcome = try Diglimctl.run(
            ["sign", "--key", key.keyPath, "--certificate", key.certificatePath, "--json"]
                + paths + others + [good])
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count == paths.count + others.count)
        for ((name, bytes, reason), path) in zip(wrong, paths) {
            #expect(outcome.errors.contains("diglimctl: \(path): \(reason)"), "\(name)")
            #expect(try directory.bytes(of: name) == bytes)
        }
        let results = try outcome.json([SignedResult].self)
        #expect(results.count == paths.count + others.count + 1)
        #expect(results.filter { $0.result == "signed" }.map(\.file) == [good])
        #expect(results.allSatisfy { ($0.error == nil) == ($0.file == good) })
        #expect(try directory.bytes(of: "good").count > compact.count)
        #expect(try directory.names().allSatisfy { !$0.hasPrefix(".") })
    }
}
