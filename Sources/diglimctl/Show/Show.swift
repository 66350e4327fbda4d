import CommandLineTool
import DigestList
import ListVerification
import PackageHeader

extension Command {
    /// `diglimctl show`: what digest lists hold.
    static let show = Command(
        name: "show",
        summary: "Shows what digest lists hold.",
        usage: """
            Usage: diglimctl show [OPTION]... FILE...

            Shows for each digest list, compact or RPM: its package, how many digests it
            has, who signed it, and the label under which the kernel loads it. Nothing is
            verified. Of a package file the list is shown that generate makes of it, and
            the signatures that the list leaves out.
            """,
        options: [
            .flag("digests", "all digests too, with the paths of their files"),
            .abi("the numbers of types in compact lists"), .flag("json", "print JSON"),
        ],
        operands: .file,
        notes: """
            Files that are no digest lists or broken ones are told, and the exit status
            is 1.
            """,
        run: { try runShow(ShowOptions($0), $1) })
}

/// What the command line of `diglimctl show` asks for.
private struct ShowOptions {
    var files: [Path]
    var abi: ABI
    var digests: Bool
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        files = arguments.operands
        digests = arguments.has("digests")
        json = arguments.has("json")
        abi = try arguments.abi()
        if files.isEmpty { throw UsageError(text: "no file") }
    }
}

private func runShow(
    _ options: ShowOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    var descriptions: [ListDescription] = []
    var isFirst = true
    for file in options.files {
        let description = describe(file, options)
        if options.json {
            descriptions.append(description)
        } else if description.blocks != nil {
            try StandardOutput.write(isFirst ? description.text : "\n\(description.text)")
            isFirst = false
        }
        if let error = description.error { messages.failure(file.text, error) }
    }
    if options.json { try StandardOutput.write(json: descriptions) }
    return messages.hasFailures ? .failure : .success
}

/// Describes a file as far as it can be read; ``ListDescription/error`` says what is wrong.
private func describe(_ path: Path, _ options: ShowOptions) -> ListDescription {
    var description = ListDescription(of: path)
    do {
        if PackageFile.isThere(path) {
            try description.readPackage(path, abi: options.abi, withDigests: options.digests)
            return description
        }
        let bytes = try readDigestList(path)
        description.size = bytes.count
        description.readName(path.lastComponent)
        try description.read(bytes, abi: options.abi, withDigests: options.digests)
    } catch {
        description.error = error.text
    }
    return description
}

extension ListDescription {
    /// Describes the list of a package, and the signatures that it leaves out.
    ///
    /// - Parameters:
    ///   - path: The package file's path.
    ///   - abi: The numbering of types in compact lists.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` where the package can have no list.
    fileprivate mutating func readPackage(
        _ path: Path, abi: ABI, withDigests: Bool
    ) throws(CommandError) {
        let header = try PackageFile.header(at: path, Librpm())
        if header.content == .source { throw CommandError("a source package") }
        let signatures: [HeaderSignature]
        let list: PackageDigestList?
        do throws(PackageHeaderError) {
            signatures = try header.signatures()
            list = try header.list(with: signatures.first)
            label = printable(try header.listName(position: Array("0".utf8)).plain)
        } catch {
            throw CommandError(error.text)
        }
        guard let list else { throw CommandError("the header has no immutable region") }
        try read(list.bytes, abi: abi, withDigests: withDigests)
        format = .package
        size = list.bytes.count
        if signatures.count > 1 {
            leftOut = signatures.dropFirst().map { SignatureDescription(openPGP: $0.data) }
        }
    }

    /// Describes what follows from the file's name.
    fileprivate mutating func readName(_ name: Path) {
        name.bytes.withUnsafeBytes {
            label = Label(listName: $0.bytes).map { printable($0.bytes.dropLast()) }
            isNamedAsList = ListName($0.bytes) != nil
        }
    }
}
