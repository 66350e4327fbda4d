import CommandLineTool
import ListVerification

extension Verifier {
    /// Verifies the digest lists of a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - messages: What tells those that are not good.
    /// - Returns: The names of those that are.
    /// - Throws: ``CommandError`` where the directory cannot be read.
    func goodLists(in directory: Path, _ messages: Messages) throws(CommandError) -> Set<Path> {
        let names = try about(directory) { () throws(CommandError) in
            try DirectoryList.names(in: directory)
        }
        var good: Set<Path> = []
        var number = 0
        try inProcessOfItsOwn(
            names.count, work: { verify(directory.appending(names[$0])) },
            ended: { VerifyResult(of: directory.appending(names[$0]), end: $1) },
            take: { (result) throws(CommandError) in
                defer { number += 1 }
                if result.verdict == .good {
                    good.insert(names[number])
                } else {
                    messages.failure(result.file, "left out: \(result.text)")
                }
            })
        return good
    }
}
