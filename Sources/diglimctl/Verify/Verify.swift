import CommandLineTool
import DigestList
import Glibc
import ListVerification
import SigningOptions

extension Command {
    /// `diglimctl verify`: whether digest lists are what somebody has signed.
    static let verify = Command(
        name: "verify",
        summary: "Verifies digest lists and their signatures.",
        usage: """
            Usage: diglimctl verify [--certificate CERT]... [--keyring KEYS]... [OPTION]...
                                    FILE...

            Tells for each digest list, compact or RPM, whether it is whole and who has
            signed it: with PKCS#7, by one of the certificates given, or with OpenPGP, by
            one of the keys given. Nobody else is trusted: neither certificates inside of
            signatures nor the keys of the machine's RPM database.
            """,
        options: [
            .value("certificate", "CERT", .file, "a signer's certificate, PEM or DER"),
            .value("keyring", "KEYS", .file, "OpenPGP public keys, armored or binary"),
            .abi("the numbers of types in compact lists"), .verbose("warnings"),
            .flag("json", "print JSON"),
        ],
        operands: .file,
        notes: """
            The exit status is 0 only if every file is good.
            """,
        run: { try runVerify(VerifyOptions($0), $1) })
}

/// What the command line of `diglimctl verify` asks for.
private struct VerifyOptions {
    var files: [Path]
    var signing: SigningOptions
    var keyrings: [Path]
    var abi: ABI
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        files = arguments.operands
        signing = try SigningOptions(arguments)
        keyrings = arguments.values(of: "keyring")
        abi = try arguments.abi()
        json = arguments.has("json")
        if files.isEmpty { throw UsageError(text: "no file") }
        if keyrings.isEmpty && signing.certificateCount == 0 {
            throw UsageError(text: "nobody to trust: give --certificate or --keyring")
        }
    }
}

private func runVerify(
    _ options: VerifyOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    let verifier = Verifier(
        certificates: try options.signing.certificates(),
        keyring: try Keyring(options.keyrings, messages), abi: options.abi)
    var results: [VerifyResult] = []
    try inProcessOfItsOwn(
        options.files.count, work: { verifier.verify(options.files[$0]) },
        ended: { VerifyResult(of: options.files[$0], end: $1) },
        take: { (result) throws(CommandError) in
            for warning in result.warnings ?? [] {
                messages.repeatedWarning(result.file, warning)
            }
            if result.verdict == .unreadable {
                messages.failure(result.file, result.text)
            } else if !options.json {
                let name = Terminal.emphasized(result.file, on: STDOUT_FILENO)
                try StandardOutput.write("\(name): \(result.text)\n")
            }
            results.append(result)
        })
    if options.json { try StandardOutput.write(json: results) }
    return results.allSatisfy { $0.verdict == .good } ? .success : .failure
}
