import BlackBox

/// A directory with three files, and one for the list of files in it.
struct CompactWork {
    /// Where the files `a`, `b` and `c` are, each of which holds its name.
    let directory: TemporaryDirectory
    /// Where the list goes.
    let output: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        output = try TemporaryDirectory()
        for name in ["a", "b", "c"] { try directory.write(name, to: name) }
    }

    /// The digest of a text.
    func digest(_ text: String) -> [UInt8] { bytes(hexadecimal: sha256(Array(text.utf8))) }

    /// The command that makes the list, run in the directory of the files.
    func command(_ arguments: [String]) -> Command {
        var command = Command(
            Program.diglimctl.path,
            ["compact", "--output", output.path, "--name", "list"] + arguments)
        command.workingDirectory = directory.path
        return command
    }

    /// The digests in the list, in their order.
    func list() throws -> [[UInt8]] {
        try ListBlock.blocks(of: output.bytes(of: "0-file_list-compact-list"))
            .flatMap(\.digests)
    }
}
