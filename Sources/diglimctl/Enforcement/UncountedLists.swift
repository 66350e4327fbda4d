import AppendedSignature
import CommandLineTool
import DigestList

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

    /// Why lists do not count.
    ///
    /// - Parameter labels: The lists' labels.
    /// - Returns: For each a reason in words.
    func reasons(of labels: [ListLabel]) -> [String] {
        if labels.isEmpty { return [] }
        do throws(CommandError) {
            let files = try fileNames()
            let verifier = try verifier()
            var reasons: [String] = []
            try inProcessOfItsOwn(
                labels.count,
                work: { files[labels[$0]].map { verifier.verify(directory.appending($0)) } },
                ended: { VerifyResult(of: labels[$0].path, end: $1) },
                take: { (result) throws(CommandError) in reasons.append(reason(of: result)) })
            return reasons
        } catch {
            return labels.map { _ in error.text }
        }
    }

    private func reason(of result: VerifyResult?) -> String {
        guard let result else { return "no such file in \(directory.text)" }
        if result.verdict == .good {
            return "its file is well signed; it came before that, or with other digests"
        }
        return result.text + (result.verdict == .unknownSigner ? " in \(keys.text)" : "")
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

    /// Takes certificates and keys as their contents tell them apart.
    private func verifier() throws(CommandError) -> Verifier {
        var certificates: [Certificate] = []
        var keyrings: [Path] = []
        for path in ((try? entries(of: keys)) ?? []).map({ keys.appending($0) }).sorted() {
            if let certificate = try? Certificate(path: path.text) {
                certificates.append(certificate)
                continue
            }
            do throws(CommandError) {
                _ = try Keyring([path], messages)
                keyrings.append(path)
            } catch {
                messages.warning(nil, error.text)
            }
        }
        if certificates.isEmpty, keyrings.isEmpty {
            messages.warning(keys.text, "no certificate and no OpenPGP key")
        }
        return Verifier(
            certificates: certificates, keyring: try Keyring(keyrings, messages), abi: abi)
    }
}

extension [Path] {
    fileprivate func sorted() -> [Path] {
        sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
}
