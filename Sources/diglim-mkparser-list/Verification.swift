import AppendedSignature
import CommandLineTool
import DigestList
import DigestListTools
import Glibc
import SigningOptions

/// Checks lists that were made before.
///
/// - Parameters:
///   - directory: Where they are.
///   - options: The command line.
///   - messages: What tells what is wrong with each.
/// - Returns: What was found of each.
/// - Throws: ``CommandError`` where nothing could be checked.
func verifyLists(
    in directory: Path, _ options: Options, _ messages: Messages
) throws(CommandError) -> [Summary.List] {
    let certificates = try options.signing.certificates()
    var reader = try ParserListReader(options)
    for path in options.executables {
        do { _ = try reader.add(path) } catch { messages.failure(path.text, error.text) }
    }
    return reader.lists.map { list in
        let verification = Verification(of: list, in: directory, certificates, options)
        for problem in verification.problems {
            messages.failure(directory.appending(list.name).text, problem)
        }
        return verification.summary
    }
}

/// What is found of one list.
private struct Verification {
    /// What is wrong, a sentence each.
    private(set) var problems: [String] = []
    /// What was found, all in all.
    private(set) var summary: Summary.List

    init(
        of list: ParserList, in directory: Path, _ certificates: [Certificate], _ options: Options
    ) {
        summary = Summary.List(list, in: directory, .good, signed: false)
        do {
            let file = try Self.read(directory.appending(list.name))
            summary.signed = file.signature != nil
            compare(file.content, with: list, options)
            if !certificates.isEmpty { summary.signer = try Self.verify(file, certificates) }
        } catch {
            problems.append(error.text)
        }
        if !problems.isEmpty { summary.result = .bad }
    }

    private static func read(_ path: Path) throws(CommandError) -> SignedFile {
        // A list with one digest and a signature is far smaller, in bytes.
        let limit = 1 << 20
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        let bytes = try readAll(descriptor, limit: limit, for: "a list with one digest")
        do { return try SignedFile(bytes) } catch { throw CommandError("\(error.reason)") }
    }

    private mutating func compare(
        _ content: [UInt8], with list: ParserList, _ options: Options
    ) {
        guard content != list.bytes else { return }
        do {
            try problems.append(Self.difference(content, list, options))
        } catch {
            problems.append("no compact list for ABI \(options.abi.name): \(error.reason)")
        }
    }

    /// In what a list that can be read differs from the one that it should be.
    private static func difference(
        _ content: [UInt8], _ list: ParserList, _ options: Options
    ) throws(CompactListError) -> String {
        var blocks = CompactBlocks(abi: options.abi)
        guard let block = try blocks.next(in: content.span.bytes), block.header.count == 1,
            blocks.offset == content.count
        else { return "does not have just one digest" }
        let header = block.header
        guard header.type == list.type else {
            return "of type \(header.type.name), not \(list.type.name); is it for the other ABI?"
        }
        guard header.modifiers == .immutable else { return "the digest is not immutable" }
        guard header.algorithm == options.algorithm else {
            return "has a digest of \(header.algorithm.name), not \(options.algorithm.name)"
        }
        return "has the digest of another file than \(list.executable.path.text)"
    }

    /// - Returns: The subject of the signer's certificate.
    private static func verify(
        _ file: SignedFile, _ certificates: [Certificate]
    ) throws(CommandError) -> String {
        guard let signature = file.signature else { throw CommandError("not signed") }
        guard signature.kind == .pkcs7 else {
            throw CommandError("signed with OpenPGP, which is not for compact lists")
        }
        let message: CMSMessage
        do { message = try CMSMessage(signature.data) } catch {
            throw CommandError("bad signature: \(printable(error.text.utf8))")
        }
        switch message.verify(file.content, certificates: certificates) {
        case .good(let certificate):
            // Without attributes a signature does not cover the message that it is in.
            guard (try? message.form(over: file.content, with: certificate)) != .other else {
                throw CommandError("bad signature: written in another way than it was made")
            }
            return printable(certificate.subject.utf8)
        case .bad(let reason, _):
            throw CommandError("bad signature: \(printable(reason.utf8))")
        case .unknownSigner:
            throw CommandError("signed with the key of \(message.signer), which is not given")
        }
    }
}

extension CMSMessage {
    /// The certificate that the message names, for people.
    fileprivate var signer: String {
        if let subjectKeyID { return "the certificate with the key identifier \(subjectKeyID)" }
        return "certificate \(serial ?? "?") of \(printable((issuer ?? "?").utf8))"
    }
}
