import CommandLineTool
import DigestList
import ListVerification

/// Finds out why loaded lists do not count for the enforcer, as that judges lists.
struct UncountedLists {
    /// The directory of lists.
    let directory: Path
    /// The directory of certificates and keys.
    let keys: Path
    /// The numbering of types in compact lists.
    let abi: ABI
    /// What tells of keys that cannot be read.
    let messages: Messages

    /// Why a list does not count.
    struct Reason {
        /// The reason in words.
        var text: String
        /// Whether a signature by one of the signers would mend it.
        var lacksSignature = false
    }

    /// Why lists do not count.
    ///
    /// - Parameter labels: The lists' labels.
    /// - Returns: For each the likely reason.
    func reasons(of labels: [ListLabel]) -> [Reason] {
        if labels.isEmpty { return [] }
        do throws(CommandError) {
            let files = try fileNames()
            let verifier = try verifier()
            var reasons: [Reason] = []
            try inProcessOfItsOwn(
                labels.count,
                work: { files[labels[$0]].map { verifier.verify(directory.appending($0)) } },
                ended: { VerifyResult(of: labels[$0].path, end: $1) },
                take: { (result) throws(CommandError) in reasons.append(reason(of: result)) })
            return reasons
        } catch {
            return labels.map { _ in Reason(text: error.text) }
        }
    }

    private func reason(of result: VerifyResult?) -> Reason {
        guard let result else { return Reason(text: "no such file in \(directory.text)") }
        switch result.verdict {
        case .good:
            return Reason(
                text: "its file is well signed; it came before that, or with other digests")
        case .unknownSigner:
            return Reason(text: "\(result.text) in \(keys.text)", lacksSignature: true)
        default: return Reason(text: result.text, lacksSignature: result.verdict == .notSigned)
        }
    }

    /// The files of the directory by their labels.
    private func fileNames() throws(CommandError) -> [ListLabel: Path] {
        let names: [Path]
        do throws(CommandError) { names = try DirectoryList.names(in: directory) } catch {
            throw CommandError("\(directory.text): \(error.text)")
        }
        var files: [ListLabel: Path] = [:]
        for name in names {
            files[DirectoryListReader.parserLabel(name) ?? ListLabel(path: name)] = name
        }
        for name in names { files[ListLabel(path: name)] = name }
        return files
    }

    /// Verifies as the enforcer does; also where it would trust nobody.
    private func verifier() throws(CommandError) -> Verifier {
        do {
            let keys = try TrustedKeys(in: keys, messages)
            return Verifier(certificates: keys.certificates, keyring: keys.keyring, abi: abi)
        } catch {
            messages.warning(nil, error.text)
            return Verifier(certificates: [], keyring: try Keyring([], messages), abi: abi)
        }
    }
}
