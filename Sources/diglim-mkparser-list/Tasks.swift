import CommandLineTool
import SigningOptions

/// Writes lists, signed where the command line names a key.
///
/// - Parameters:
///   - directory: Where the lists go.
///   - options: The command line.
///   - messages: What tells failures.
/// - Returns: What became of the lists.
/// - Throws: ``CommandError`` where nothing has been changed.
func makeLists(
    in directory: Path, _ options: Options, _ messages: Messages
) throws(CommandError) -> [Summary.List] {
    let lists = try parserLists(options, messages)
    guard let signer = try options.signing.signer(messages) else {
        let files = lists.map { ($0, $0.bytes) }
        let summary = try write(files, signer: nil, to: directory, messages)
        messages.notice(
            directory.text,
            "the lists are not signed, and kernels that appraise digest lists will not take them")
        return summary
    }
    return try write(lists, signedBy: .key(signer), to: directory, messages)
}

/// Writes lists with signatures that were made elsewhere.
///
/// - Parameters:
///   - directory: Where the signatures are.
///   - output: Where the lists go.
///   - options: The command line.
///   - messages: What tells failures.
/// - Returns: What became of the lists.
/// - Throws: ``CommandError`` where nothing has been changed.
func attachSignatures(
    from directory: Path, output: Path, _ options: Options, _ messages: Messages
) throws(CommandError) -> [Summary.List] {
    let lists = try parserLists(options, messages)
    let certificate = try options.signing.signersCertificate(messages)
    return try write(
        lists, signedBy: .directory(directory, certificate, options.signing), to: output, messages)
}

/// Signing comes first, because it is what fails: with a passphrase that is wrong, or a token that
/// is not there.
private func write(
    _ lists: [ParserList], signedBy source: SignatureSource, to directory: Path,
    _ messages: Messages
) throws(CommandError) -> [Summary.List] {
    var files: [(ParserList, [UInt8])] = []
    for list in lists {
        do { files.append((list, try source.sign(list))) } catch {
            messages.failure(nil, error.text)
        }
    }
    if messages.hasFailures { throw CommandError("nothing has been written") }
    return try write(files, signer: source.signer, to: directory, messages)
}

private func write(
    _ files: [(list: ParserList, bytes: [UInt8])], signer: String?, to directory: Path,
    _ messages: Messages
) throws(CommandError) -> [Summary.List] {
    try inGoodOrder(messages) { () throws(CommandError) in
        let output = try ListOutput(directory, messages)
        for file in files { try output.add(file.list, file.bytes, signer: signer) }
        return try output.commit()
    }
}
