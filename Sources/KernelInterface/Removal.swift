import DigestList
import LinuxFiles

extension Interface {
    /// Deletes all lists with a label: each is read back, and the kernel is given what it gave.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - loaded: What is loaded.
    /// - Returns: Whether there were any.
    /// - Throws: ``InterfaceError`` of the first list that stays; the others are deleted.
    public mutating func delete(
        label: Label, in loaded: borrowing LoadedLists
    ) throws(InterfaceError) -> Bool {
        var isDeleted = false
        var failure: InterfaceError?
        for index in loaded.range(of: label) {
            do throws(InterfaceError) {
                if try delete(index, in: loaded) { isDeleted = true }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return isDeleted
    }

    /// Deletes a list.
    ///
    /// - Parameters:
    ///   - index: The position of its name.
    ///   - loaded: What is loaded.
    ///   - label: The label that it was meant for; `nil` for the one that it has.
    /// - Returns: `false` for an empty entry, and for a list that somebody else has deleted.
    /// - Throws: ``InterfaceError`` where it stays.
    public mutating func delete(
        _ index: Int, in loaded: borrowing LoadedLists, meantFor label: Label? = nil
    ) throws(InterfaceError) -> Bool {
        guard let list = try loaded.content(of: index), !list.isEmpty else { return false }
        var place = index
        if let label {
            // Where the label has an entry of the list, the kernel left that empty: it goes only
            // if the list is deleted under it.
            for twin in loaded.range(of: label) where loaded.isSameList(twin, index) {
                place = twin
            }
        }
        do throws(InterfaceError) {
            try perform(.delete, list, label: loaded.label(of: place))
        } catch {
            guard error == InterfaceError(.delete, .noEntry) else { throw error }
            return false
        }
        return true
    }
}
