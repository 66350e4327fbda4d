import CLinux
import DigestList
import LinuxFiles

extension Interface {
    /// Sees to it that a list which the kernel calls existing is loaded under its label.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: Its label.
    /// - Returns: Whether it was loaded under another label, and now is under its own.
    /// - Throws: ``InterfaceError`` where it is not loaded.
    mutating func confirm(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) -> AddResult {
        let loaded = try LoadedLists(of: self)
        if try loaded.holds(list, label: label) { return .alreadyLoaded }
        guard loaded.hasList(with: label) else { throw InterfaceError(.add, .exists) }
        guard try loaded.holdsElsewhere(list, label: label) else {
            throw InterfaceError(.unloadable)
        }
        // The kernel deletes the list by its digest, and the entry by its label: the one that its
        // answer has just left empty here.
        try perform(.delete, list, label: label)
        try perform(.add, list, label: label)
        return .added
    }
}

extension LoadedLists {
    /// Whether a list, of which there is an entry with its label, is loaded under another one.
    fileprivate func holdsElsewhere(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) -> Bool {
        for own in range(of: label) {
            // Algorithm and digest, which both have.
            let length = Self.label(of: names[own])! - names[own]
            for index in 0..<count
            where strncmp(names[index], names[own], length) == 0 && !isView(index) {
                if try content(of: index)?.isEqual(to: list) == true { return true }
            }
        }
        return false
    }
}
