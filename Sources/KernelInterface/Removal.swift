import DigestList
import LinuxFiles

extension Interface {
    /// What became of the lists with a label.
    public enum DeleteResult: Sendable {
        /// All of them are gone.
        case deleted
        /// There were none.
        case notLoaded
    }

    /// Deletes all lists with a label: each is read back, and the kernel is given what it gave.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - loaded: What is loaded.
    /// - Throws: ``InterfaceError`` of the first list that stays; the others are deleted.
    public mutating func delete(
        label: Label, in loaded: borrowing LoadedLists
    ) throws(InterfaceError) -> DeleteResult {
        var result = DeleteResult.notLoaded
        var failure: InterfaceError?
        for index in loaded.range(of: label) where !loaded.isView(index) {
            do throws(InterfaceError) {
                if try delete(index, in: loaded) { result = .deleted }
            } catch {
                if !error.saysNotLoaded { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return result
    }

    /// Deletes a list.
    ///
    /// - Parameters:
    ///   - index: The position of its name.
    ///   - loaded: What is loaded.
    ///   - place: The position of the name under which it is deleted; `nil` for its own.
    /// - Returns: `false` for an empty entry, and for a list that is gone.
    /// - Throws: ``InterfaceError`` where it stays.
    @discardableResult mutating func delete(
        _ index: Int, in loaded: borrowing LoadedLists, as place: Int? = nil
    ) throws(InterfaceError) -> Bool {
        guard let list = try loaded.content(of: index), !list.isEmpty else { return false }
        try perform(.delete, list, label: try loaded.label(of: place ?? index))
        return true
    }
}

extension InterfaceError {
    /// Whether somebody else deleted the list first.
    var saysNotLoaded: Bool {
        errno == .noEntry && (step == .read || step == .delete)
    }
}
