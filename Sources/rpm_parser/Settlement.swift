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
        let own = batch.lastAdded.flatMap { batch.label(of: $0) }.flatMap { loaded.actions(of: $0) }
        if let own {
            // Of one list that was named, some others say enough.
            tellIfIgnored(own, among: loaded, asking: batch.isDirectory ? .max : 64)
        }
        guard own != nil || isRenewing else { return }
        var wanted = own ?? batch.actions(in: loaded)
        for index in 0..<batch.count where batch[index].isAlreadyLoaded {
            guard let label = batch.label(of: index), let actions = loaded.actions(of: label)
            else { continue }
            // Where nobody has an action and nothing was uploaded, one list has to be tried.
            let isTrial = own == nil && actions.isEmpty && findings.renewed == 0
            guard isTrial || !actions.isSuperset(of: wanted) else { continue }
            guard isRenewing else {
                findings.weaker += 1
                continue
            }
            do throws(Failure) {
                try renew(batch.entry(index), label, in: loaded, batch.directory)
                findings.renewed += 1
                wanted = loaded.actions(of: label) ?? wanted
            } catch {
                interface.endTurn()
                failed(index, error)
            }
        }
    }

    /// Whether the one list that was named is loaded under its label and counts for something:
    /// asked in a way that takes the same time whatever else is loaded, as a package manager does
    /// so for each package.
    private mutating func isSettled(_ batch: borrowing Batch) -> Bool {
        guard !batch.isDirectory, batch.count == 1, let label = batch.label(of: 0) else {
            return false
        }
        return actions(ofLast: label)?.isEmpty == false
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
    private mutating func tellIfIgnored(
        _ own: Actions, among loaded: borrowing LoadedLists, asking most: Int
    ) {
        let lacks = Actions.all.subtracting(own)
        var others: Actions = []
        // An odd step, as every other name is a view.
        for index in stride(from: 0, to: loaded.count, by: loaded.count / most | 1)
        where !lacks.isSubset(of: others) && !loaded.isView(index) {
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

extension Batch {
    /// The actions that any of the lists has that were loaded already.
    fileprivate func actions(in loaded: borrowing LoadedLists) -> Actions {
        var actions: Actions = []
        for index in 0..<count where self[index].isAlreadyLoaded {
            guard let label = label(of: index) else { continue }
            actions.formUnion(loaded.actions(of: label) ?? [])
        }
        return actions
    }
}
