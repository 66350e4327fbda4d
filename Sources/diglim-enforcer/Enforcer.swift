import CommandLineTool
import DigestList
import EnforcerProgram
import Glibc
import InterfaceFileSystem
import LinuxFiles
import ListVerification

/// Decides which uploads count, and keeps the kernel's table equal to the lists that do.
final class Enforcer: InterfaceOwner {
    /// What it offers.
    let interface: Interface
    /// The kernel's table; `nil` for a dry run.
    private let digests: DigestMap?
    /// What makes sure of signatures; `nil` where root is trusted.
    private let signatures: SignedLists?
    /// What is kept for the next enforcer.
    private let store: ListStore?
    private let messages: Messages
    private var foreignAlgorithms: Set<HashAlgorithm> = []

    /// Creates an enforcer.
    ///
    /// - Parameters:
    ///   - abi: The numbering of types.
    ///   - digests: The kernel's table; `nil` for a dry run.
    ///   - signatures: What makes sure of signatures; `nil` where root is trusted.
    ///   - store: Where lists are kept for the next enforcer; `nil` for nowhere.
    ///   - messages: What tells of lists.
    init(
        abi: ABI, digests: DigestMap?, signatures: SignedLists?, store: ListStore?,
        _ messages: Messages
    ) {
        interface = Interface(abi: abi, actions: .appraised, deletionActions: .all)
        self.digests = digests
        self.signatures = signatures
        self.store = store
        self.messages = messages
        interface.owner = self
    }

    /// Says whether an upload counts. Whoever deletes a list only makes less allowed.
    func actions(of upload: Upload) throws(InterfaceError) -> Answer<LoadedList.Actions> {
        guard upload.operation == .add else { return .now(.all) }
        guard let signatures else { return .now(.appraised) }
        // What the kernel takes of a path.
        let name = upload.label.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let label = Path(bytes: Array(upload.label[name...]))
        let list = upload.list
        return try signatures.verify(label).then { [messages] (worth) in
            .now(Self.actions(label, list, worth, messages))
        }
    }

    /// The actions of an upload: it counts where a file is good whose conversion it is.
    private static func actions(
        _ label: Path, _ list: [UInt8], _ worth: VerifiedList, _ messages: Messages
    ) -> LoadedList.Actions {
        let reason: String
        switch worth {
        case .good(let uploads):
            let upload = VerifiedList.Upload(digest: SHA256.digest(of: list), size: list.count)
            if uploads.contains(upload) { return .appraised }
            reason = "what was uploaded is not what its file says"
        case .refused(let text):
            reason = text
        }
        messages.warning(label.text, "does not count: \(reason)")
        return []
    }

    /// Allows the files of a list that counts.
    func didAdd(_ list: LoadedList) throws(InterfaceError) {
        try store?.add(list)
        guard let digests, list.actions.contains(.appraised) else { return }
        var added: [UInt8] = []
        added.reserveCapacity(list.bytes.count)
        list.forEachDigest(abi: interface.abi) { digest, header in
            guard header.type == .file else { return }
            guard header.algorithm == digests.algorithm else {
                return tell(header.algorithm, digests.algorithm, list)
            }
            added += digest
        }
        do {
            try digests.add(added)
        } catch {
            messages.failure(
                Path(bytes: list.label).text, "the kernel's table does not take it: \(error.text)")
            store?.remove(list)
            remove(list)
            // Not ENOMEM, at which the parser would try it in parts that no file stands for.
            throw .number(ENOSPC)
        }
    }

    /// Allows the files of a list no more, unless another one that counts has them.
    func didRemove(_ list: LoadedList) {
        store?.remove(list)
        if list.actions.contains(.appraised) { remove(list) }
    }

    private func remove(_ list: LoadedList) {
        guard let digests else { return }
        list.forEachDigest(abi: interface.abi) { digest, header in
            guard header.type == .file, header.algorithm == digests.algorithm,
                !interface.isNamed(digest, .file, header.algorithm, byListWith: .appraised)
            else { return }
            do throws(Errno) { try digests.remove(digest) } catch {
                messages.failure(
                    Path(bytes: list.label).text, "a digest of it stays known: \(error.text)")
            }
        }
    }

    private func tell(_ algorithm: HashAlgorithm, _ wanted: HashAlgorithm, _ list: LoadedList) {
        guard foreignAlgorithms.insert(algorithm).inserted else { return }
        messages.warning(
            Path(bytes: list.label).text,
            "it has digests by \(algorithm.name), and so may others have: they can never match, "
                + "because IMA's hash is \(wanted.name)")
    }

    /// Loads what an enforcer before this one had loaded.
    ///
    /// - Parameter store: Where that is.
    func restore(from store: ListStore) {
        let lists = store.lists(messages)
        var actions = lists.map(\.actions)
        if let signatures {
            // A list that was loaded by its path has that for its label.
            let labels = lists.map { Path(bytes: $0.label).lastComponent }
            let worth = signatures.verify(labels.map(\.bytes))
            for (index, list) in lists.enumerated() where actions[index].contains(.appraised) {
                actions[index] = Self.actions(labels[index], list.bytes, worth[index], messages)
            }
        }
        for (list, actions) in zip(lists, actions) {
            do throws(InterfaceError) {
                try interface.upload(list.bytes, label: list.label, .add, actions: actions)
            } catch {
                messages.failure(
                    Path(bytes: list.label).text, "cannot be loaded again: \(error.name)")
            }
        }
    }
}
