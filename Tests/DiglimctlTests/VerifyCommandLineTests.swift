import BlackBox
import Testing

/// How `diglimctl verify` takes its command line, and the form of its JSON.
@Suite(.needs(.diglimctl))
struct VerifyCommandLineTests {
    private let directory: TemporaryDirectory
    private let list = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes

    init() throws { directory = try TemporaryDirectory() }

    @Test func jsonForm() throws {
        let key = try X509Key(.rsa2048)
        let good = try directory.write(list, to: "good")
        try key.sign(good)
        let unsigned = try directory.write(list, to: "unsigned")
        let outcome = try Diglimctl.run(
            "verify", "--json", "--certificate", key.certificatePath, good, unsigned,
            directory.path("nowhere"))
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count == 1)
        let serial = try key.serial
        #expect(
            outcome.output == """
                [
                  {
                    "file" : "\(good)",
                    "format" : "compact",
                    "signature" : {
                      "algorithm" : "RSA",
                      "hash" : "SHA256",
                      "issuer" : "\(key.subject)",
                      "kind" : "pkcs7",
                      "serial" : "\(serial)",
                      "size" : \(try readFile(good).count - list.count - 40)
                    },
                    "signer" : {
                      "serial" : "\(serial)",
                      "subject" : "\(key.subject)"
                    },
                    "verdict" : "good"
                  },
                  {
                    "file" : "\(unsigned)",
                    "format" : "compact",
                    "verdict" : "not_signed"
                  },
                  {
                    "file" : "\(directory.path("nowhere"))",
                    "reason" : "No such file or directory",
                    "verdict" : "unreadable"
                  }
                ]

                """)
    }

    @Test(arguments: [
        [], ["x"], ["--json", "x"], ["--certificate", "c"], ["--keyring", "k"],
        ["--certificate", "c", "--abi", "v4", "x"], ["--keyring", "k", "--frobnicate", "x"],
        ["--certificate", "", "x"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let outcome = try Diglimctl.run(["verify"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.last == "Try 'diglimctl verify --help'.")
    }

    @Test func certificateThatIsNone() throws {
        let path = try directory.write(list, to: "list")
        for certificate in [directory.path("nowhere"), path, directory.path] {
            let outcome = try Diglimctl.run("verify", "--certificate", certificate, path)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.contains(certificate))
        }
    }
}
