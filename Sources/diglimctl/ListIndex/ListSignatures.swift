import CommandLineTool
import DigestList
import ListVerification
import SigningOptions

/// Who may have signed digest lists, of those that a command line names.
struct ListSigners {
    private let signing: SigningOptions
    private let keyrings: [Path]

    /// The options.
    static let options: [CommandOption] = [
        .value("certificate", "CERT", .file, "a signer's certificate, PEM or DER"),
        .value("keyring", "KEYS", .file, "OpenPGP public keys, armored or binary"),
    ]

    /// Takes the options from a command line.
    ///
    /// - Parameter arguments: The command line.
    /// - Throws: ``UsageError`` for a path that is not UTF-8.
    init(_ arguments: CommandArguments) throws(UsageError) {
        signing = try SigningOptions(arguments)
        keyrings = arguments.values(of: "keyring")
    }

    /// Whether anybody is named, so that other signatures do not count.
    var areGiven: Bool { !keyrings.isEmpty || signing.certificateCount > 0 }

    /// Verifies lists, before there are other threads.
    ///
    /// - Parameters:
    ///   - lists: The lists.
    ///   - abi: The numbering of types in compact lists.
    ///   - messages: What tells of keys that cannot be read, and how far the work has come.
    /// - Returns: For each list why IMA would not take it, in words; `nil` where it would.
    /// - Throws: ``CommandError`` where keys or certificates cannot be read.
    func defects(
        of lists: [ListSource], abi: ABI, _ messages: Messages
    ) throws(CommandError) -> [String?] {
        guard areGiven else { return lists.map { _ in nil } }
        let verifier = Verifier(
            certificates: try signing.certificates(),
            keyring: try Keyring(keyrings, messages), abi: abi)
        var defects: [String?] = []
        try inProcessOfItsOwn(
            lists.count,
            work: { verifier.verify(lists[$0]) },
            ended: { VerifyResult(of: lists[$0].name, end: $1) },
            take: { (result) throws(CommandError) in
                defects.append(result.defect)
                messages.progress("\(defects.count) of \(lists.count) signatures")
            })
        messages.endProgress()
        return defects
    }
}

extension Verifier {
    /// Verifies a list, wherever it comes from.
    fileprivate func verify(_ list: ListSource) -> VerifyResult {
        var result = VerifyResult(of: list.name)
        do { verify(try list.read(), into: &result) } catch {
            result.verdict = .unreadable
            result.reason = error.text
        }
        return result
    }
}

extension VerifyResult {
    /// Why IMA would not take the list, in words; `nil` where it would.
    fileprivate var defect: String? { verdict == .good ? kernelRefusal : text }
}
