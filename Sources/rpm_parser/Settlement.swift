import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// What the kernel and others have made of a batch's uploads shows only afterwards: under which
/// labels they are loaded, and what IMA did with them.
extension Uploader {
    /// Looks at what a batch has uploaded, and mends what others have done to it.
    ///
    /// - Parameters:
    ///   - batch: The lists, all of which were taken.
    ///   - isRenewing: Whether lists that were loaded already are added anew where that gets them
    ///     more actions.
    ///   - failed: Is called for each list that fails now.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    mutating func settle(
        _ batch: borrowing Batch, renewing isRenewing: Bool, failed: (Int, Failure) -> Void
    ) throws(InterfaceError) {
        guard batch.lastAdded != nil || isRenewing, !isSettled(batch) else { return }
        let loaded = try broughtHome(batch, failed)
        var own = batch.lastAdded.flatMap { batch.label(of: $0) }.flatMap { loaded.actions(of: $0) }
        if let own { tellIfIgnored(own, among: loaded) }
        for index in 0..<batch.count where batch[index].isAlreadyLoaded {
            guard let label = batch.label(of: index), let actions = loaded.actions(of: label),
                !actions.isSuperset(of: own ?? .all)
            else { continue }
            guard isRenewing else {
                findings.weaker += 1
                continue
            }
            do throws(Failure) {
                try renew(batch.entry(index), label, in: loaded, batch.directory)
                findings.renewed += 1
                // The first one tells what there is to be had.
                own = own ?? loaded.actions(of: label)
            } catch {
                interface.endTurn()
                failed(index, error)
            }
        }
    }

    /// Whether the one list that was named is loaded as it should be: asked in a way that takes the
    /// same time whatever else is loaded, as a package manager does so for each package.
    private mutating func isSettled(_ batch: borrowing Batch) -> Bool {
        guard !batch.isDirectory, batch.count == 1, let label = batch.label(of: 0) else {
            return false
        }
        return actions(ofLast: label)?.isSuperset(of: .all) == true
    }

    /// Sees to it that all that was uploaded is loaded under its own label.
    ///
    /// - Returns: What is loaded then.
    private mutating func broughtHome(
        _ batch: borrowing Batch, _ failed: (Int, Failure) -> Void
    ) throws(InterfaceError) -> LoadedLists {
        var round = 0
        while true {
            let loaded = try LoadedLists(of: interface)
            guard batch.lastAdded != nil else { return loaded }
            var foreign: ForeignUploads?
            var isChanged = false
            for index in 0..<batch.count where batch[index].isAdded {
                guard let label = batch.label(of: index), !loaded.hasList(with: label) else {
                    continue
                }
                if foreign == nil {
                    foreign = try ForeignUploads(in: loaded) { !loaded.isView($0) }
                }
                do throws(Failure) {
                    guard try deleteForeign(foreign!, label, in: loaded) else { continue }
                    isChanged = true
                    guard round < 3 else { throw .interface(InterfaceError(.foreign)) }
                    batch[index] = try take(batch.entry(index), in: batch.directory)
                } catch {
                    interface.endTurn()
                    failed(index, error)
                }
            }
            if !isChanged { return loaded }
            round += 1
        }
    }

    /// Deletes a list and adds it again, for the actions that this run's uploads get.
    private mutating func renew(
        _ entry: ListEntry, _ label: Label, in loaded: borrowing LoadedLists,
        _ directory: borrowing FileDescriptor
    ) throws(Failure) {
        do throws(InterfaceError) { _ = try interface.delete(label: label, in: loaded) } catch {
            throw .interface(error)
        }
        _ = try take(entry, in: directory)
    }

    /// Tells where IMA takes this run's uploads for less than other lists: nobody would notice.
    private mutating func tellIfIgnored(_ own: Actions, among loaded: borrowing LoadedLists) {
        let lacks = Actions.all.subtracting(own)
        var others: Actions = []
        for index in 0..<loaded.count where !lacks.isSubset(of: others) && !loaded.isView(index) {
            others.formUnion(loaded.actions(of: index)?.intersection(lacks) ?? [])
        }
        guard !others.isEmpty else { return }
        var message = Message(
            own.isEmpty
                ? "IMA ignores what this run has uploaded: not "
                : "IMA takes what this run has uploaded for less than other lists: not ")
        if others.contains(.measured) { message.add("measured") }
        if others == .all { message.add(" and not ") }
        if others.contains(.appraised) { message.add("appraised") }
        message.add("; are the parser and all lists known to it?")
        tell(message)
    }
}
