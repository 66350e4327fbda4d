import CLinux
import DigestList
import LinuxFiles

/// The uploads that are loaded under another label than their own, because somebody else wrote one
/// between the parser's label and its list. The tail tells.
public struct ForeignUploads: ~Copyable {
    /// For each name the hash of the label that the list was meant for; 0 for all others.
    private let hashes: Memory
    private let count: Int

    /// Reads the tails of what is loaded.
    ///
    /// - Parameters:
    ///   - loaded: What is loaded.
    ///   - isCandidate: Whether the list with the name at a position may be such an upload.
    /// - Throws: ``InterfaceError`` where there is no memory.
    public init(
        in loaded: borrowing LoadedLists, where isCandidate: (Int) -> Bool
    ) throws(InterfaceError) {
        hashes = try InterfaceError.at(
            .list, Memory(count: max(loaded.count, 1) * MemoryLayout<UInt64>.stride))
        count = loaded.count
        for index in 0..<count {
            let hash = isCandidate(index) ? loaded.foreignHash(of: index) : nil
            hashes.bytes.storeBytes(
                of: hash ?? 0, toByteOffset: index * MemoryLayout<UInt64>.stride, as: UInt64.self)
        }
    }

    /// Deletes what was meant for a label, each list under the label that it has.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - loaded: What is loaded.
    ///   - interface: The interface.
    ///   - isDryRun: Whether all stays loaded.
    ///   - told: Is called for each such list, with its name.
    /// - Returns: Whether there was any.
    /// - Throws: ``InterfaceError`` of the first list that stays.
    public func delete(
        meantFor label: Label, in loaded: borrowing LoadedLists, from interface: inout Interface,
        unless isDryRun: Bool = false, told: (UnsafePointer<CChar>) -> Void
    ) throws(InterfaceError) -> Bool {
        let hash = UploadTail(of: label).labelHash
        var hasAny = false
        for index in 0..<count
        where hashes.bytes.load(
            fromByteOffset: index * MemoryLayout<UInt64>.stride, as: UInt64.self) == hash
        {
            // Where the label has an entry of the list, the kernel left that empty: it goes only if
            // the list is deleted under it.
            let place = loaded.twin(of: index, with: label) ?? index
            if !isDryRun, try !interface.delete(index, in: loaded, as: place) { continue }
            hasAny = true
            // Nobody is kept waiting while people are told.
            interface.endTurn()
            told(loaded[index])
        }
        return hasAny
    }
}

extension LoadedLists {
    /// The entry of a list under another label.
    fileprivate func twin(of index: Int, with label: Label) -> Int? {
        // Algorithm and digest.
        let length = Self.label(of: names[index])! - names[index]
        return range(of: label).first { strncmp(names[$0], names[index], length) == 0 }
    }

    /// The hash of the label that a list was meant for, where that is not the one it has.
    func foreignHash(of index: Int) -> UInt64? {
        guard let list = try? content(of: index), let label = try? label(of: index),
            let tail = UploadTail(endOf: list.bytes, abi: abi), tail != UploadTail(of: label)
        else { return nil }
        return tail.labelHash
    }
}
