import CommandLineTool
import DigestList

/// Whether the kernel knows the installed parser, as `diglimctl status` tells it.
struct ParserCheck: Encodable {
    /// The parser's path.
    var path: String
    /// The labels of the loaded lists that have digests of parsers.
    var lists: [String] = []
    /// Whether the installed parser's digest is in one of them.
    var known = false
    /// Why the parser's digest cannot be told.
    var error: String?

    /// Checks a parser.
    ///
    /// - Parameters:
    ///   - path: The parser's path.
    ///   - state: What is loaded.
    init(_ path: Path, in state: borrowing LoadedState) {
        self.path = path.text
        let lists = state.lists.filter { $0.content?.parsers.isEmpty == false }
        self.lists = lists.map(\.label.text)
        let loaded = Set(lists.flatMap { $0.content?.parsers ?? [] })
        let algorithms = HashAlgorithm.allCases.filter { algorithm in
            loaded.contains { $0.algorithm == algorithm }
        }
        do throws(CommandError) {
            var unsupported: String?
            let digests = try fileDigests(of: path, in: algorithms) { unsupported = $0 }
            known = digests.contains {
                loaded.contains(LoadedList.ParserDigest(algorithm: $0.0, digest: $0.1))
            }
            if !known { error = unsupported }
        } catch {
            self.error = error.text
        }
    }
}
