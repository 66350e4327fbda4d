import CommandLineTool
import DigestList
import Glibc
import SigningOptions

/// Does what the command line asks for.
///
/// - Returns: The program's exit status.
func runProgram() -> ExitStatus {
    let messages = Messages(of: Command.makeParserLists.name)
    do {
        return try Command.makeParserLists.perform(
            programArguments, invocation: "\(messages.program)", messages)
    } catch {
        messages.failure(nil, error.text)
        return .failure
    }
}

extension Command {
    /// `diglim-mkparser-list`: the lists by which the kernel knows a parser.
    fileprivate static let makeParserLists = Command(
        name: "diglim-mkparser-list",
        summary: "Makes the digest lists by which the kernel knows a parser.",
        usage: """
            Usage: diglim-mkparser-list [OPTION]... --output DIR EXECUTABLE...
                   diglim-mkparser-list --to-be-signed DIR [--output DIR] EXECUTABLE...
                   diglim-mkparser-list --attach DIR --output DIR --certificate CERT
                                        EXECUTABLE...
                   diglim-mkparser-list --verify --output DIR [--certificate CERT]...
                                        EXECUTABLE...

            Makes the two digest lists that each parser needs, of type PARSER and FILE,
            and signs them as kernel modules are signed.

              --output DIR            where the lists go; made if missing
              --abi v2|v3             the kernel's numbers of types (default: v3)
              --algorithm A           the digest's algorithm (default: sha256)
              --force                 make lists of what is no good parser, too
              --json                  print what was done as JSON
              --help, --version       print this text, or the version

            Signing:
              --key KEY               sign with the key in a PEM file, or of a pkcs11: URI
              --certificate CERT      the key's certificate, in PEM or DER
              --hash H                sign over this hash (default: sha256)
              --keyid                 name the signer by subject key identifier
              --passphrase-file FILE  the key's passphrase or PIN is FILE's first line;
                                      else it is in the environment: KBUILD_SIGN_PIN

            Signing elsewhere:
              --to-be-signed DIR      write to DIR what is to be signed, and its digest
              --attach DIR            take signatures from DIR: for each list LIST a raw
                                      signature or a CMS message LIST.sig, or LIST.p7s

              --verify                check that the lists are those of the executables,
                                      and their signatures, with one of the certificates
            """,
        options: [
            .value("output"), .value("abi"), .value("algorithm"), .value("to-be-signed"),
            .value("attach"), .flag("verify"), .flag("force"), .flag("json"), .flag("version"),
        ] + SigningOptions.table,
        run: run)

    private static func run(
        _ arguments: CommandArguments, _ messages: Messages
    ) throws -> ExitStatus {
        if arguments.has("version") {
            try StandardOutput.write("\(messages.program) \(diglimVersion)\n")
            return .success
        }
        let options = try Options(arguments)
        let lists = try perform(options, messages)
        if options.json {
            try StandardOutput.write(json: Summary(lists: lists, failures: messages.failures))
        } else {
            try StandardOutput.write(lists.map { "\($0.text)\n" }.joined())
        }
        return .success
    }

    private static func perform(
        _ options: Options, _ messages: Messages
    ) throws(CommandError) -> [Summary.List] {
        switch options.task {
        case .make(let output):
            try makeLists(in: output, options, messages)
        case .prepare(let directory, let output):
            try prepareLists(in: directory, output: output, options, messages)
        case .attach(let directory, let output):
            try attachSignatures(from: directory, output: output, options, messages)
        case .verify(let directory):
            try verifyLists(in: directory, options, messages)
        }
    }
}
