import KernelInterface
import LinuxFiles

extension Interface {
    /// Reads what `diglim-enforcer` says of itself, in a file that no kernel has.
    ///
    /// - Returns: The file's text; `nil` where the interface is not an enforcer's.
    /// - Throws: ``InterfaceError`` where the file cannot be read.
    public func enforcement() throws(InterfaceError) -> [UInt8]? {
        guard directory.hasEntry("enforcement") else { return nil }
        return try contents(of: "enforcement")
    }
}
