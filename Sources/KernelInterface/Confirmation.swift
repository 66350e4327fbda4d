import DigestList
import LinuxFiles

extension Interface {
    /// Sees to it that a list which the kernel calls existing is loaded.
    ///
    /// The kernel also says so where an empty entry of the list is left.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: Its label.
    /// - Throws: ``InterfaceError`` where it is not.
    mutating func confirm(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) {
        if try loaded?.holds(list, label: label) == true { return }
        // What was loaded since the names were read may be among those of now.
        loaded = try LoadedLists(of: self)
        switch try loaded?.holds(list, label: label) {
        case true?: break
        case false?: throw InterfaceError(.unloadable)
        case nil: throw InterfaceError(.add, .exists)
        }
    }
}
