import CommandLineTool
import DigestList
import FileDigests
import KernelInterface
import LinuxFiles

/// Finds out why IMA would refuse files.
struct Explainer: ~Copyable {
    /// The system.
    let root: SystemRoot
    /// What the directory makes known.
    let index: ListIndex
    /// The directory.
    let directory: Path
    /// Whether lists have to be signed, as where IMA appraises.
    let appraises: Bool
    /// Whether files that may change are refused.
    let immutableOnly: Bool
    /// What tells failures.
    let messages: Messages
    /// The interface's directory; `nil` for the kernel's own.
    let place: Path?
    /// The kernel; `nil` where there is none to ask.
    var interface: Interface?
    /// What the enforcer says, where it is its interface.
    let enforcement: Enforcement?
    /// What finds out why lists do not count for the enforcer.
    let uncounted: UncountedLists

    /// A file, as far as it has been looked at.
    struct File {
        var explanation: Explanation
        var path: Path
        var digest: [UInt8]?
    }

    /// Looks at a file itself.
    ///
    /// - Parameters:
    ///   - operand: The file, as it was given.
    ///   - path: Its path in the system, without links.
    func examine(_ operand: Path, at path: Path) -> File {
        var file = File(explanation: Explanation(of: operand), path: path)
        do throws(CommandError) { try read(&file) } catch {
            file.explanation.conclude(.unreadable, error.text)
            messages.failure(operand.text, error.text)
        }
        return file
    }

    private func read(_ file: inout File) throws(CommandError) {
        file.explanation.path = file.path.text
        let place = root.place(of: file.path)
        guard isRegularFile(place) else {
            guard place.canonical != nil else { throw CommandError(Errno.current.text) }
            file.explanation.conclude(.notRegular, "not a regular file, and IMA looks at no other")
            return
        }
        guard let open = try OpenFile(place) else { throw CommandError("gone meanwhile") }
        let directory = CheckedDirectory(root.resolved(file.path.directory))
        file.explanation.kind = open.kind(named: file.path.lastComponent, in: directory)
        let digest: FileDigest
        do {
            digest = try FileDigest(of: open.descriptor, by: Hasher(index.algorithm))
        } catch {
            throw CommandError(error.text)
        }
        file.digest = digest.digest
        file.explanation.digest = "\(index.algorithm.name)-\(hexadecimal(digest.digest))"
        if let attribute = open.attribute {
            file.explanation.conclude(
                .attribute, "its security.ima comes first, a \(attribute.rawValue)",
                ["setfattr -x security.ima \(file.path.text)"])
            if attribute == .signature {
                file.explanation.reason += ", which IMA verifies"
            }
        }
    }

    /// Says why a file would be refused.
    ///
    /// - Parameters:
    ///   - file: The file, which has been examined.
    ///   - matches: The packages that have a file of its path.
    mutating func explain(_ file: File, _ matches: [PathSearch.Match]) -> Explanation {
        var explanation = file.explanation
        if root.isThisSystem {
            let refusals = Refusal.last(of: file.path)
            if !refusals.isEmpty { explanation.refusals = refusals }
        }
        guard let digest = file.digest else { return explanation }
        let entries = index.entries(of: digest)
        explanation.lists = entries.map { index.lists[$0.list].name.text }
        explanation.package = entries.first.map { index.lists[$0.list].title }
        do throws(CommandError) {
            explanation.loaded = try interface?.answers(on: digest, index.algorithm)
                .filter { $0.type == .file }
                .map { Explanation.Loaded($0) }
            explanation.enforcer = try enforcerVerdict(on: digest, file.path)
        } catch {
            messages.failure(nil, error.text)
        }
        if explanation.verdict == .attribute { return explanation }
        switch index.verdict(on: digest, immutableOnly: immutableOnly) {
        case .known: explainKnown(&explanation, isRPM: index.isRPM(entries))
        case .mutable:
            explanation.conclude(
                .mutable, "known as a file that may change, where it may not", ownList(file.path))
        case .uncounted(let list): explainUncounted(&explanation, index.lists[list])
        case .unknown: explainUnknown(&explanation, file, digest, matches)
        }
        return explanation
    }
}

extension Explainer {
    private var regenerate: [String] {
        let root = root.isThisSystem ? "" : " --root \(root.place.text)"
        return ["diglimctl generate --rpmdb\(root) --output \(directory.text)"] + upload
    }

    private var upload: [String] {
        root.isThisSystem ? ["diglimctl upload"] : []
    }

    /// What makes a list of a file that no package stands for.
    private func ownList(_ path: Path) -> [String] {
        let name = "0-file_list-compact-\(path.lastComponent.text)"
        let list = directory.appending(name).text
        let place = root.place(of: path).text
        return [
            "diglimctl compact --immutable --output \(directory.text) \(place)",
            "diglimctl sign --key KEY --certificate CERT \(list)",
        ] + (root.isThisSystem ? [load(list)] : [])
    }

    /// What signs a list of the directory.
    private func signing(_ name: Path) -> String {
        "diglimctl sign --key KEY --certificate CERT \(directory.appending(name).text)"
    }

    /// What has the kernel read a compact list.
    private func load(_ list: String) -> String {
        "echo \(list) >\(Interface.name(place))/digest_list_add"
    }

    private func explainKnown(_ explanation: inout Explanation, isRPM: Bool) {
        guard let loaded = explanation.loaded else {
            explanation.conclude(.known, "known from a list; no kernel was asked")
            return
        }
        let reload =
            isRPM
            ? ["diglimctl upload"]
            : explanation.lists.prefix(1).map { name in
                load(directory.appending(name).text)
            }
        if loaded.isEmpty {
            explanation.conclude(
                .notLoaded, "known from a list that the kernel has not loaded", reload)
        } else if loaded.contains(where: { isEnough($0.actions) }) {
            explanation.conclude(.known, "known, and the kernel knows it")
        } else if enforcement != nil {
            let reason = uncounted.reasons(of: loaded.prefix(1).map(\.list)).first
            let sign = reason?.lacksSignature == true ? explanation.lists.prefix(1) : []
            explanation.conclude(
                .noActions, "known from lists that do not count: \(reason?.text ?? "")",
                sign.map { signing(Path($0)) }
                    + (isRPM ? ["diglimctl upload --renew"] : reload))
        } else {
            let lacks = loaded.allSatisfy(\.actions.isEmpty) ? "measured nor " : ""
            explanation.conclude(
                .noActions,
                "known from lists that IMA has \(lacks.isEmpty ? "not" : "neither") \(lacks)appraised",
                isRPM ? ["diglimctl upload --renew"] : reload)
        }
    }

    private func isEnough(_ actions: ListActions) -> Bool {
        appraises || enforcement != nil ? actions.contains(.appraised) : !actions.isEmpty
    }

    /// What the enforcer does with a file; `nil` where there is none.
    private mutating func enforcerVerdict(
        on digest: [UInt8], _ path: Path
    ) throws(CommandError) -> EnforcerVerdict? {
        guard let enforcement else { return nil }
        let algorithm = enforcement.hash ?? index.algorithm
        var asked = digest
        if algorithm != index.algorithm {
            let digests = try fileDigests(of: root.place(of: path), in: [algorithm]) { _ in }
            guard let own = digests.first else {
                throw CommandError("libcrypto has no \(algorithm.name), by which the enforcer asks")
            }
            asked = own.1
        }
        let answers = try interface?.answers(on: asked, algorithm) ?? []
        return EnforcerVerdict(on: asked, algorithm, answers, enforcement.mode)
    }

    private func explainUncounted(_ explanation: inout Explanation, _ list: ListIndex.List) {
        explanation.conclude(
            .uncounted, "known only from lists that do not count: \(list.defect ?? "")",
            [signing(list.name)] + upload)
    }

    private func explainUnknown(
        _ explanation: inout Explanation, _ file: File, _ digest: [UInt8],
        _ matches: [PathSearch.Match]
    ) {
        let place = root.place(of: file.path)
        let same = matches.first { $0.fits(place, digest, index.algorithm) }
        guard let match = same ?? matches.first else {
            explanation.conclude(
                .unknown, "no list has its digest, and no package its path", ownList(file.path))
            return
        }
        explanation.package = match.package
        explanation.expected = match.expected
        if same == nil {
            let name = match.package.split(separator: "-").dropLast(2).joined(separator: "-")
            explanation.conclude(
                .changed, "not as its package has it",
                ["rpm -V \(name)", "dnf reinstall \(name), or zypper install --force \(name)"])
        } else if match.list == nil {
            explanation.conclude(
                .missingList, "as its package has it, of which there is no list", regenerate)
        } else if match.algorithm == index.algorithm {
            explanation.conclude(
                .mutable, "a file that may change, which .immutable has left out",
                ownList(file.path))
        } else {
            explanation.conclude(
                .otherAlgorithm,
                "its package has a digest by \(match.algorithm.name), and IMA asks for "
                    + "\(index.algorithm.name)", ownList(file.path))
        }
    }
}

extension ListIndex {
    /// Whether the first of the lists that count, among those with a digest, is of a package.
    fileprivate func isRPM(_ entries: [DigestTable.Entry]) -> Bool {
        let list = entries.map { lists[$0.list] }.first { $0.defect == nil }
        return list.map { ListLabel(path: $0.name).hasFormat("rpm") } ?? false
    }
}
