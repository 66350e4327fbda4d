import AppendedSignature
import CommandLineTool
import Glibc
import SigningOptions

extension Command {
    /// `diglimctl sign`: digest lists with an appended signature of the owner's.
    static let sign = Command(
        name: "sign",
        summary: "Appends one's own signature to digest lists.",
        usage: """
            Usage: diglimctl sign --key KEY --certificate CERT [OPTION]... FILE...

            Appends a PKCS#7 signature to each digest list, compact or RPM, as the
            kernel's sign-file does to modules. Each file is replaced at once, so that its
            name stands for the old file or for the signed one, whatever happens.
            """,
        options: SigningOptions.table + [
            .flag("replace", "replace signatures that are there, of any kind"),
            .flag("json", "print what was done as JSON"),
        ],
        operands: .file,
        notes: """
            Files that are no digest lists, or signed already, are told and left alone,
            and the exit status is 1.
            """,
        run: { try runSign(SignOptions($0), $1) })
}

/// What the command line of `diglimctl sign` asks for.
private struct SignOptions {
    var files: [Path]
    var signing: SigningOptions
    var replaces: Bool
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        files = arguments.operands
        signing = try SigningOptions(arguments)
        replaces = arguments.has("replace")
        json = arguments.has("json")
        if !signing.hasKey { throw UsageError(text: "--key is missing") }
        if files.isEmpty { throw UsageError(text: "no file") }
    }
}

private func runSign(
    _ options: SignOptions, _ messages: Messages
) throws -> ExitStatus {
    Interruption.begin()
    defer { Interruption.end() }
    guard let signer = try options.signing.signer(messages) else { return .usage }
    var results: [SignResult] = []
    let lists = ListSigner(signer: signer, replaces: options.replaces, messages: messages) {
        (result) throws(CommandError) in
        results.append(result)
        guard !options.json && result.result != .failed else { return }
        let name = Terminal.emphasized(result.file, on: STDOUT_FILENO)
        try StandardOutput.write("\(name): \(result.result.rawValue)\n")
    }
    do { try lists.sign(options.files) } catch let error as SigningError {
        throw CommandError(printable(error.text.utf8))
    }
    if options.json { try StandardOutput.write(json: results) }
    if Interruption.isRequested {
        messages.failure(nil, "interrupted; files that have not been told are as they were")
    }
    return .success
}
