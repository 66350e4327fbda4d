import CommandLineTool
import PackageHeader

/// Makes the digest lists of packages, one after another.
final class ListGenerator {
    private let directory: OutputDirectory
    private let position: [UInt8]
    private let signers: [[UInt8]]
    private var names: ListNames
    private let messages: Messages
    private var lists: [Path: GenerateSummary.List] = [:]
    private var order: [Path] = []
    private var passedOver = 0
    private var packages = 0

    /// Begins.
    ///
    /// - Parameters:
    ///   - directory: Where the lists go.
    ///   - position: The position of all lists, the number in front of their names.
    ///   - signers: The IDs of the keys of which one has to have signed each package, the best
    ///     first; empty to take any signature or none.
    ///   - messages: What tells failures and progress.
    init(
        _ directory: OutputDirectory, position: UInt32, signers: [[UInt8]], _ messages: Messages
    ) {
        self.directory = directory
        self.signers = signers
        self.position = Array(String(position).utf8)
        names = ListNames(position: self.position)
        self.messages = messages
    }

    /// Makes the list of a package.
    ///
    /// - Parameters:
    ///   - header: The package's header.
    ///   - source: The package's file; `nil` for a package of a database.
    func add(_ header: borrowing PackageHeader, from source: Path?) {
        packages += 1
        switch header.content {
        case .key:
            passedOver += 1
        case .source:
            passedOver += 1
            messages.repeatedNotice(
                source?.text ?? text(header), "a source package, passed over")
        case .package:
            do { try addPackage(header, from: source) } catch {
                messages.failure(source?.text ?? text(header), error.text)
            }
        }
    }

    private func addPackage(
        _ header: borrowing PackageHeader, from source: Path?
    ) throws(CommandError) {
        let package = text(header)
        messages.progress("\(packages) \(package)")
        let subject = source?.text ?? package
        let name = try name(of: header)
        let signatures = try signatures(of: header, name)
        let signature = try choose(from: signatures)
        guard let list = try list(of: header, with: signature) else {
            passedOver += 1
            messages.repeatedNotice(
                subject, "the header has no immutable region, passed over")
            return
        }
        if list.isSigned, lists[name]?.signed == false { replace(name, by: list) }
        let outcome = try directory.add(list.bytes, as: name, from: subject)
        guard outcome != .repeated else { return }
        if !list.isSigned {
            messages.repeatedNotice(
                subject, source == nil ? "no signature in the database" : "not signed")
        }
        let taken = signature.map { GenerateSummary.Signature($0) }
        let leftOut = signatures.filter { $0.data != signature?.data }
            .map { GenerateSummary.Signature($0) }
        if let taken, !leftOut.isEmpty {
            let others = leftOut.map(\.text).joined(separator: "; ")
            messages.repeatedNotice(
                subject, "signature taken: \(taken.text); left out: \(others)",
                kind: "several signatures")
        }
        order.append(name)
        lists[name] = GenerateSummary.List(
            name: "", package: package, signed: list.isSigned, signature: taken,
            leftOut: leftOut.isEmpty ? nil : leftOut, result: ""
        ).with(name: name, outcome)
    }

    private func name(of header: borrowing PackageHeader) throws(CommandError) -> Path {
        do throws(PackageHeaderError) {
            if let displaced = try names.take(header) { move(displaced) }
            return try names.name(of: header)
        } catch {
            throw CommandError(error.text)
        }
    }

    private func signatures(
        of header: borrowing PackageHeader, _ name: Path
    ) throws(CommandError) -> [HeaderSignature] {
        do { return try header.signatures(orOf: directory.list(name)) } catch {
            throw CommandError(error.text)
        }
    }

    /// Chooses the signature that a package's list gets.
    ///
    /// - Parameter signatures: The package's signatures.
    /// - Throws: ``CommandError`` where none is by a key that has been asked for.
    private func choose(
        from signatures: [HeaderSignature]
    ) throws(CommandError) -> HeaderSignature? {
        if signers.isEmpty { return signatures.first }
        for signer in signers {
            if let signature = signatures.first(where: { $0.keyID == signer }) { return signature }
        }
        let texts = signatures.map { GenerateSummary.Signature($0).text }
        throw CommandError(
            "no signature by a key that --signer names"
                + (texts.isEmpty ? "" : ", only \(texts.joined(separator: "; "))"))
    }

    /// Takes a list without a signature back, since the database has lost the package's, but its
    /// file has it.
    private func replace(_ name: Path, by list: PackageDigestList) {
        guard let unsigned = directory.list(name), list.bytes.starts(with: unsigned) else { return }
        _ = directory.takeBack(name)
        order.removeAll { $0 == name }
    }

    private func list(
        of header: borrowing PackageHeader, with signature: HeaderSignature?
    ) throws(CommandError) -> PackageDigestList? {
        do { return try header.list(with: signature) } catch { throw CommandError(error.text) }
    }

    /// Gives a list the name with the epoch, since a package with a lower one has turned up.
    private func move(_ list: PackageListName) {
        let old = Path(bytes: list.plain)
        guard let (bytes, source) = directory.takeBack(old),
            let entry = lists.removeValue(forKey: old),
            let place = order.firstIndex(of: old)
        else { return }
        order.remove(at: place)
        do throws(CommandError) {
            guard let name = list.withEpoch.map({ Path(bytes: $0) }) else {
                throw CommandError(PackageHeaderError.tooLong.text)
            }
            let outcome = try directory.add(bytes, as: name, from: source)
            order.insert(name, at: place)
            lists[name] = entry.with(name: name, outcome)
        } catch {
            messages.failure(source, error.text)
        }
    }

    private func text(_ header: borrowing PackageHeader) -> String {
        (try? Path(bytes: header.name()).text) ?? "package"
    }

    /// Brings all lists to their places.
    ///
    /// - Parameter installed: The lists that packages stand for; others of this position are
    ///   removed, if nothing has failed. `nil` to remove none.
    /// - Returns: What has been done, all in all.
    /// - Throws: ``CommandError`` where the lists could not be brought to the disk.
    func finish(pruning installed: InstalledLists?) throws(CommandError) -> GenerateSummary {
        messages.endProgress()
        messages.endRepeats()
        try directory.commit { name, text in
            lists[name] = nil
            messages.failure(directory.path.appending(name).text, text)
        }
        let pruned = try prune(installed)
        var summary = GenerateSummary(directory: directory.path.text)
        summary.pruned = pruned
        summary.lists = order.compactMap { lists[$0] }
        summary.written = summary.lists.count { $0.result == "written" }
        summary.unchanged = summary.lists.count - summary.written
        summary.unsigned = summary.lists.count { !$0.signed }
        summary.passedOver = passedOver
        summary.failures = messages.failures
        summary.failed = messages.failures.count
        return summary
    }

    /// Removes lists that nothing stands for, neither a package of the database nor one of a file.
    ///
    /// - Returns: How many have been removed.
    private func prune(_ installed: InstalledLists?) throws(CommandError) -> Int {
        guard let installed else { return 0 }
        if messages.hasFailures {
            messages.notice(nil, "nothing has been pruned, as something has failed")
            return 0
        }
        let stale = installed.stale(in: try entries(of: directory.path), position: position)
            .filter { lists[$0] == nil }
        var pruned = stale.count
        try directory.remove(stale) { name, text in
            pruned -= 1
            messages.failure(directory.path.appending(name).text, "cannot be removed: \(text)")
        }
        return pruned
    }
}

extension GenerateSummary.List {
    fileprivate func with(name: Path, _ outcome: OutputDirectory.Outcome) -> Self {
        var list = self
        list.name = name.text
        list.result = outcome == .written ? "written" : "unchanged"
        return list
    }
}
