import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// What the kernel and others have made of a batch's uploads shows only afterwards: under which
/// labels they are loaded, and what IMA did with them.
extension Run {
    /// Looks at what a batch has uploaded, and mends what others have done to it.
    ///
    /// - Parameter batch: The lists, all of which were brought.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    mutating func settle(_ batch: borrowing Batch) throws(InterfaceError) {
        let last = batch.lastAdded
        guard last != nil || options.isRenewing, !isSettled(batch) else { return }
        var round = 0
        repeat {
            try look()
            round += 1
        } while bringHome(batch, isLast: round > 3)
        var own: Actions?
        if let last, let label = try? batch.label(of: last) {
            own = interface?.actions(of: label, in: loaded)
        }
        // Of one list that was named, some others say enough.
        if let own { tellIfIgnored(own, asking: batch.isDirectory ? .max : 64) }
        if own != nil || options.isRenewing { compareActions(of: batch, own) }
    }

    /// Whether the one list that was named is loaded under its label and counts for something:
    /// asked in a way that takes the same time whatever else is loaded, as a package manager does
    /// so for each package.
    private mutating func isSettled(_ batch: borrowing Batch) -> Bool {
        guard !batch.isDirectory, let label = try? batch.label(of: 0) else { return false }
        return interface?.actions(of: list.list, label: label)?.isEmpty == false
    }

    /// Brings what was uploaded and is loaded under another label under its own.
    ///
    /// - Returns: Whether there was any.
    private mutating func bringHome(_ batch: borrowing Batch, isLast: Bool) -> Bool {
        var isChanged = false
        for index in 0..<batch.count where batch.outcomes[index].kind == .added {
            do throws(Failure) {
                let label = try batch.label(of: index)
                guard loaded.range(of: label).isEmpty,
                    try rethrowing(as: Failure.interface, try deleteForeign(label))
                else { continue }
                isChanged = true
                guard !isLast else { throw .interface(InterfaceError(.foreign)) }
                batch.outcomes[index] = try bring(index, of: batch)
            } catch {
                fail(index, of: batch, error)
            }
        }
        return isChanged
    }

    /// Finds the lists that were loaded already and have fewer actions than this run's uploads, and
    /// renews them if that is wanted.
    private mutating func compareActions(of batch: borrowing Batch, _ own: Actions?) {
        var wanted = own ?? []
        for index in 0..<batch.count
        where own == nil && batch.outcomes[index].kind == .alreadyLoaded {
            wanted.formUnion(actions(of: index, in: batch) ?? [])
        }
        for index in 0..<batch.count where batch.outcomes[index].kind == .alreadyLoaded {
            guard let actions = actions(of: index, in: batch) else { continue }
            // Where nobody has an action and nothing was uploaded, one list has to be tried.
            let isTrial = own == nil && actions.isEmpty && report[.renewed] == 0
            guard isTrial || !actions.isSuperset(of: wanted) else { continue }
            guard options.isRenewing else {
                report.count(.weaker)
                continue
            }
            do throws(Failure) {
                _ = try delete(batch.label(of: index))
                _ = try bring(index, of: batch)
                report.count(.renewed)
                wanted = self.actions(of: index, in: batch) ?? wanted
            } catch {
                fail(index, of: batch, error)
            }
        }
    }

    private mutating func actions(of index: Int, in batch: borrowing Batch) -> Actions? {
        (try? batch.label(of: index)).flatMap { interface?.actions(of: $0, in: loaded) }
    }

    /// Tells where IMA takes this run's uploads for less than other lists: nobody would notice.
    ///
    /// - Parameters:
    ///   - own: The actions of this run's uploads.
    ///   - most: How many other lists are asked for at the most.
    private mutating func tellIfIgnored(_ own: Actions, asking most: Int) {
        let lacks = Actions.all.subtracting(own)
        var others: Actions = []
        for index in stride(from: 0, to: loaded.count, by: max(loaded.count / most, 1))
        where !lacks.isSubset(of: others) {
            let actions = interface?.actions(of: index, in: loaded) ?? []
            others.formUnion(actions.intersection(lacks))
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
        tell(message, .warning)
    }
}
