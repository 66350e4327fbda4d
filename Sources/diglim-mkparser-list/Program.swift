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
            """,
        options: [
            .value("output", "DIR", .directory, "where the lists go; made if missing"),
            .abi("the kernel's numbers of types"), .algorithm("the digest's algorithm"),
            .flag("force", "make lists of what is no good parser, too"),
            .flag("json", "print what was done as JSON"),
        ],
        groups: [
            OptionGroup("Signing", SigningOptions.table),
            OptionGroup(
                "Signing elsewhere",
                [
                    .value(
                        "to-be-signed", "DIR", .directory,
                        "write to DIR what is to be signed, and its digest"),
                    .value(
                        "attach", "DIR", .directory,
                        """
                        take signatures from DIR: for each list LIST a raw signature or a CMS \
                        message LIST.sig, or LIST.p7s
                        """),
                ]),
            OptionGroup(
                "Verifying",
                [
                    .flag(
                        "verify",
                        """
                        check that the lists are those of the executables, and their \
                        signatures, with one of the certificates
                        """)
                ]),
        ],
        operands: .file,
        run: run
    ).asProgram()

    private static func run(
        _ arguments: CommandArguments, _ messages: Messages
    ) throws -> ExitStatus {
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
