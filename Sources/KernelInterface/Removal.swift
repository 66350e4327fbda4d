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
    ///   - memory: Room for a list and one byte more.
    /// - Throws: ``InterfaceError`` of the first list that stays; the others are deleted.
    public mutating func delete(
        label: Label, in loaded: borrowing LoadedLists, memory: UnsafeMutableRawBufferPointer
    ) throws(InterfaceError) -> DeleteResult {
        var result = DeleteResult.notLoaded
        var failure: InterfaceError?
        for index in loaded.range(of: label) where !loaded.isView(index) {
            do throws(InterfaceError) {
                let size = try loaded.read(index, into: memory)
                guard size < memory.count else { throw InterfaceError(.tooLarge) }
                // The kernel leaves empty entries where a list was added under two labels.
                guard size > 0 else { continue }
                try perform(.delete, UnsafeRawBufferPointer(memory)[..<size].rebased, label: label)
                result = .deleted
            } catch {
                if !error.saysNotLoaded { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return result
    }
}

extension InterfaceError {
    /// Whether somebody else deleted the list first.
    var saysNotLoaded: Bool {
        errno == .noEntry && (step == .read || step == .delete)
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var rebased: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self) }
}
