import PackageHeader

// What hooks.c calls. It gives the transaction back to `diglim_end`, and each header away.

/// A transaction begins.
@_cdecl("diglim_begin")
func begin(_ transactionSet: OpaquePointer) -> UnsafeMutableRawPointer {
    Unmanaged.passRetained(Transaction(transactionSet)).toOpaque()
}

/// A transaction has ended, in whatever way.
@_cdecl("diglim_end")
func end(_ transaction: UnsafeMutableRawPointer) {
    Unmanaged<Transaction>.fromOpaque(transaction).takeRetainedValue().end()
}

/// A package is about to be installed.
///
/// - Returns: Whether it may be.
@_cdecl("diglim_adding")
func adding(_ transaction: UnsafeMutableRawPointer, _ header: OpaquePointer) -> Bool {
    object(transaction).beginInstallation(of: PackageHeader(taking: header))
}

/// A package has been installed, or not, or its `%pretrans` script has run.
///
/// - Parameters:
///   - succeeded: Whether rpm did what it set out to do.
///   - recorded: Whether the package has come into the database.
@_cdecl("diglim_added")
func added(_ transaction: UnsafeMutableRawPointer, _ succeeded: Bool, _ recorded: Bool) {
    object(transaction).endInstallation(succeeded: succeeded, recorded: recorded)
}

/// A package is about to be removed.
@_cdecl("diglim_removing")
func removing(_ transaction: UnsafeMutableRawPointer, _ header: OpaquePointer) {
    object(transaction).beginRemoval(of: PackageHeader(taking: header))
}

/// A package has been removed, or not.
///
/// - Parameter succeeded: Whether rpm did what it set out to do.
@_cdecl("diglim_removed")
func removed(
    _ transaction: UnsafeMutableRawPointer, _ header: OpaquePointer, _ succeeded: Bool
) {
    object(transaction).endRemoval(of: PackageHeader(taking: header), succeeded: succeeded)
}

private func object(_ transaction: UnsafeMutableRawPointer) -> Transaction {
    Unmanaged<Transaction>.fromOpaque(transaction).takeUnretainedValue()
}
