import CommandLineTool
import DigestList
import Glibc
import RPMHeader

extension Command {
    /// `diglimctl show`: what digest lists hold.
    static let show = Command(
        name: "show",
        summary: "Shows what digest lists hold.",
        usage: """
            Usage: diglimctl show [OPTION]... FILE...

            Shows for each digest list, compact or RPM: its package, how many digests it
            has, who signed it, and the label under which the kernel loads it. Nothing is
            verified.

              --digests        all digests too, with the paths of their files
              --abi v2|v3      the numbers of types in compact lists (default: v3)
              --json           print JSON
              --help           print this text

            Files that are no digest lists or broken ones are told, and the exit status
            is 1.
            """,
        options: [.flag("digests"), .value("abi"), .flag("json")],
        run: { try runShow(ShowOptions($0), $1) })
}

/// What the command line of `diglimctl show` asks for.
private struct ShowOptions {
    var files: [Path]
    var abi = ABI.v3
    var digests: Bool
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        files = arguments.operands
        digests = arguments.has("digests")
        json = arguments.has("json")
        if files.isEmpty { throw UsageError(text: "no file") }
        guard let abi = arguments.value(of: "abi")?.text else { return }
        switch abi {
        case ABI.v2.name: self.abi = .v2
        case ABI.v3.name: self.abi = .v3
        default: throw UsageError(text: "'\(abi)' is no ABI; there are v2 and v3")
        }
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
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        let bytes = try readAll(descriptor, limit: largestList)
        description.size = bytes.count
        description.readName(path.lastComponent)
        try description.read(bytes, options)
    } catch {
        description.error = error.text
    }
    return description
}

/// More than the largest list that any kernel or librpm accepts, in bytes.
private let largestList = 1 << 29

extension ListDescription {
    /// Describes what follows from the file's name.
    fileprivate mutating func readName(_ name: Path) {
        name.bytes.withUnsafeBytes {
            label = Label(listName: $0.bytes).map { printable($0.bytes.dropLast()) }
            isNamedAsList = ListName($0.bytes) != nil
        }
    }

    /// Describes what the file holds, in the format that its first bytes tell.
    fileprivate mutating func read(
        _ bytes: [UInt8], _ options: ShowOptions
    ) throws(CommandError) {
        if bytes.isEmpty { throw CommandError("empty file") }
        let isRPM = bytes.starts(with: RPMDigestList.magic.prefix(4))
        guard isRPM || bytes[0] == CompactHeader.version else {
            throw CommandError("neither a compact nor an RPM digest list")
        }
        try bytes.withUnsafeBufferPointer { (buffer) throws(CommandError) in
            let bytes = UnsafeRawBufferPointer(buffer)
            if isRPM {
                try readRPM(bytes, withDigests: options.digests)
            } else {
                try readCompact(bytes, abi: options.abi, withDigests: options.digests)
            }
        }
    }
}
