import BlackBox
import Foundation
import Testing

/// Digest lists with PKCS#7 signatures, and the verdicts on them.
@Suite(.needs(.diglimctl))
struct VerifyTests {
    private let directory: TemporaryDirectory
    private let list = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes

    init() throws { directory = try TemporaryDirectory() }

    private func sign(
        _ content: [UInt8], _ key: X509Key, _ options: String...
    ) throws -> String {
        let path = try directory.write(content, to: "list")
        try key.sign(path, options)
        return path
    }

    private func verify(_ path: String, _ keys: X509Key...) throws -> Outcome {
        try Diglimctl.run(
            ["verify"] + keys.flatMap { ["--certificate", $0.certificatePath] } + [path])
    }

    @Test(arguments: X509Key.Kind.allCases, [false, true])
    func goodAndOthers(_ kind: X509Key.Kind, _ namesKey: Bool) throws {
        let key = try X509Key(kind)
        let other = try X509Key(.rsa2048, name: "other")
        for content in [list, PackageBuilder().header] {
            let path = try namesKey ? sign(content, key, "--keyid") : sign(content, key)
            let good = try verify(path, other, key)
            #expect(good.status == 0)
            #expect(good.errors.isEmpty)
            let signer = "\(key.subject), serial \(try key.serial)"
            #expect(good.output == "\(path): good, signed by \(signer)\n")
            let unknown = try verify(path, other)
            #expect(unknown.status == 1)
            #expect(unknown.errors.isEmpty)
            let named =
                namesKey
                ? "with the key identifier [0-9a-f]{40}"
                : "\(try key.serial) issued by \(key.subject)"
            #expect(
                try unknown.output.wholeMatch(
                    of: Regex("\(path): the certificate \(named) is not among those given\n"))
                    != nil, "\(unknown.output)")
        }
    }

    /// Two certificates that are called the same.
    @Test func sameNameAndOtherKey() throws {
        let key = try X509Key(.rsa2048)
        let forger = try X509Key(.rsa2048)
        let path = try sign(list, key, "--keyid")
        try output(
            of: "openssl", "req", "-x509", "-key", forger.keyPath, "-subj", "/CN=x",
            "-addext", "subjectKeyIdentifier=\(keyIdentifier(of: key))", "-out",
            directory.path("forged"))
        let outcome = try Diglimctl.run(
            "verify", "--certificate", directory.path("forged"), path)
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("\(path): bad: "))
        #expect(
            try Diglimctl.run(
                "verify", "--certificate", directory.path("forged"), "--certificate",
                key.certificatePath, path
            ).status == 0)
    }

    private func keyIdentifier(of key: X509Key) throws -> String {
        let text = try output(
            of: "openssl", "x509", "-in", key.certificatePath, "-noout", "-ext",
            "subjectKeyIdentifier")
        return text.split(separator: "\n").last.map { $0.filter(\.isHexDigit) } ?? ""
    }

    @Test func notSignedAndBroken() throws {
        let key = try X509Key(.rsa2048)
        let signed = try readFile(sign(list, key))
        let signature = Array(signed.dropFirst(list.count))
        let cases: [(String, [UInt8], String)] = [
            ("unsigned", list, "not signed"),
            ("empty", [], "bad: empty file"),
            ("text", Array("Hello\n".utf8), "bad: neither a compact nor an RPM digest list"),
            ("cut", Array(list.dropLast()), "bad: the list is broken: a block's digests run past"),
            ("other", ListBlock([[UInt8](repeating: 2, count: 32)]).bytes + signature, "bad: "),
            (
                "garbage", list + appended([1, 2, 3], kind: 2),
                "bad: the PKCS#7 signature cannot be"
            ),
            ("openpgp", list + appended([1, 2, 3]), "bad: an OpenPGP signature on a list that is"),
            ("type", ListBlock(type: 3, [Array(list.suffix(32))]).bytes, "bad: the list is broken"),
        ]
        for (name, bytes, verdict) in cases {
            let path = try directory.write(bytes, to: name)
            let outcome = try verify(path, key)
            #expect(outcome.status == 1)
            #expect(outcome.errors.isEmpty)
            #expect(outcome.output.hasPrefix("\(path): \(verdict)"), "\(outcome.output)")
            #expect(outcome.output.split(separator: "\n").count == 1)
        }
        let older = try Diglimctl.run(
            "verify", "--abi", "v2", "--certificate", key.certificatePath, directory.path("type"))
        #expect(older.output == "\(directory.path("type")): not signed\n")
    }

    /// A signature makes no broken list a good one.
    @Test func signedButBroken() throws {
        let key = try X509Key(.rsa2048)
        let path = try sign(ListBlock(type: 3, [[UInt8](repeating: 1, count: 32)]).bytes, key)
        let outcome = try verify(path, key)
        #expect(outcome.status == 1)
        #expect(
            outcome.output.hasPrefix("\(path): bad: the signature is good, but the list is broken"))
        let older = try Diglimctl.run(
            "verify", "--abi", "v2", "--certificate", key.certificatePath, path)
        #expect(older.status == 0)
    }

    @Test(arguments: [X509Key.Validity.expired, .notYet])
    func certificateThatIsNotValidNow(_ validity: X509Key.Validity) throws {
        let key = try X509Key(.rsa2048, validity: validity)
        let outcome = try verify(sign(list, key), key)
        #expect(outcome.status == 0)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains(": warning: the certificate "))
    }

    /// One certificate signs all lists of a machine.
    @Test func warningOnManyLists() throws {
        let key = try X509Key(.rsa2048, validity: .expired)
        let path = try sign(list, key)
        let paths = [String](repeating: path, count: 13)
        let arguments = ["verify", "--certificate", key.certificatePath]
        let outcome = try Diglimctl.run(arguments + paths)
        #expect(outcome.status == 0)
        #expect(outcome.errorLines.count == 11)
        #expect(outcome.errorLines.last?.hasSuffix(": and 3 more, which --verbose names") == true)
        #expect(try Diglimctl.run(arguments + ["--verbose"] + paths).errorLines.count == 13)
    }

    /// Messages that other tools make: as sign-file does, or with more in them.
    @Test(arguments: [
        (["-nocerts", "-noattr"], true), (["-nocerts", "-noattr", "-keyid"], true),
        (["-noattr"], false), (["-nocerts"], false), ([], false),
    ])
    func messagesOfOpenssl(_ options: [String], _ isExact: Bool) throws {
        let key = try X509Key(.rsa2048)
        let content = try directory.write(list, to: "content")
        try output(
            of: "openssl",
            [
                "cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256", "-signer",
                key.certificatePath, "-inkey", key.keyPath, "-in", content, "-out",
                directory.path("message"),
            ] + options)
        let path = try directory.write(
            list + appended(directory.bytes(of: "message"), kind: 2), to: "list")
        let outcome = try verify(path, key)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty == isExact)
        #expect(isExact || outcome.errors.contains("with certificates or attributes"))
    }
}
