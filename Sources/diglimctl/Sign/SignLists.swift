import AppendedSignature
import CommandLineTool
import DigestList
import Glibc
import LinuxFiles
import ListVerification

/// Appends signatures to digest lists, to all of a directory at once.
struct ListSigner {
    /// What makes the signatures.
    let signer: Signer
    /// Whether signatures that are there are replaced.
    let replaces: Bool
    /// What tells failures and progress.
    let messages: Messages
    /// Is told what has become of a file.
    let tell: (SignResult) throws(CommandError) -> Void

    /// A file to be signed.
    private struct Operand {
        /// The path as it was given.
        var path: Path
        /// The path without symbolic links.
        var target: Path
    }

    /// Signs files, each of them once, directory by directory.
    ///
    /// - Parameter paths: The files' paths; what a symbolic link leads to is signed.
    /// - Throws: ``SigningError`` where the key fails, ``CommandError`` where nothing can be told any
    ///   more. Then, and when a signal asks to end, files of which nothing was told are as they were.
    func sign(_ paths: [Path]) throws {
        var targets: Set<Path> = []
        var operands: [Operand] = []
        for path in paths {
            guard let target = path.canonical else {
                try fail(path, Errno.current.text)
                continue
            }
            guard targets.insert(target).inserted else { continue }
            operands.append(Operand(path: path, target: target))
        }
        let groups = Dictionary(grouping: operands) { $0.target.directory }
        let directories = groups.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        for directory in directories where !Interruption.isRequested {
            try sign(groups[directory] ?? [], in: directory)
        }
    }

    private func sign(_ operands: [Operand], in path: Path) throws {
        let directory: OutputDirectory
        do { directory = try OutputDirectory(path, messages) } catch {
            // It waits for others, and a signal ends that.
            for operand in operands where !Interruption.isRequested {
                try fail(operand.path, error.text)
            }
            return
        }
        var done: [(operand: Operand, result: SignResult.Result)] = []
        defer { messages.endProgress() }
        for operand in operands where !Interruption.isRequested {
            messages.progress("signing \(operand.path.text)")
            do {
                done.append((operand, try sign(operand, in: directory)))
            } catch let error as CommandError {
                try fail(operand.path, error.text)
            }
        }
        if Interruption.isRequested { return }
        try commit(done, in: directory)
    }

    private func commit(
        _ done: [(operand: Operand, result: SignResult.Result)], in directory: OutputDirectory
    ) throws(CommandError) {
        var failures: [Path: String] = [:]
        do { try directory.commit { failures[$0] = $1 } } catch {
            for (operand, result) in done where result != .unchanged {
                failures[operand.target.lastComponent] = error.text
            }
        }
        for (operand, result) in done {
            if let text = failures[operand.target.lastComponent] {
                try fail(operand.path, text)
            } else {
                try tell(SignResult(file: operand.path.text, result: result))
            }
        }
    }

    private func fail(_ path: Path, _ text: String) throws(CommandError) {
        messages.failure(path.text, text)
        try tell(SignResult(file: path.text, result: .failed, error: text))
    }
}

extension ListSigner {
    /// Signs a file, whose place the signed one takes with the directory's others.
    ///
    /// - Throws: ``CommandError`` with what is wrong with the file, ``SigningError`` with what is
    ///   wrong with the key.
    private func sign(
        _ operand: Operand, in directory: OutputDirectory
    ) throws -> SignResult.Result {
        let (file, original) = try read(operand.target)
        let old = try parts(of: file, at: operand.target)
        let signature = SignedFile.Signature(kind: .pkcs7, data: try signer.sign(old.content))
        let signed = SignedFile(content: old.content, signature: signature).bytes
        if signed == file { return .unchanged }
        if old.signature != nil && !replaces {
            throw CommandError("has a signature already; --replace replaces it")
        }
        _ = try directory.add(
            signed, as: operand.target.lastComponent, from: operand.path.text, replacing: original)
        return old.signature == nil ? .signed : .replaced
    }

    private func read(_ path: Path) throws(CommandError) -> ([UInt8], OriginalFile) {
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        let original: OriginalFile
        do { original = try OriginalFile(descriptor) } catch { throw CommandError(error.text) }
        return (try readAll(descriptor, limit: largestDigestList), original)
    }

    /// The parts of a file, once it is known to be a digest list, for whichever ABI.
    private func parts(of file: [UInt8], at path: Path) throws(CommandError) -> SignedFile {
        let format = try DigestListFormat(of: file)
        let parts = try SignedFile(list: file)
        var list = ListDescription(of: path)
        do { try list.read(parts.content, as: format, abi: .v3) } catch {
            do { try list.read(parts.content, as: format, abi: .v2) } catch _ { throw error }
        }
        return parts
    }
}
