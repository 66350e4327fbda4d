import CLinux

/// What stands behind a mounted interface.
public protocol InterfaceOwner: AnyObject {
    /// What the kernel would hold.
    var interface: Interface { get }
    /// Whether opens are to answer `EBUSY`.
    var isBusy: Bool { get }

    /// Is told that the interface answers from now on.
    func start()

    /// All names of `digest_lists_loaded`, sorted.
    func loadedNames() -> [[UInt8]]

    /// Performs one write of a list, a label or a query.
    ///
    /// - Parameters:
    ///   - payload: What is written.
    ///   - file: Where it is written to.
    ///   - writer: The process that writes.
    func write(
        _ payload: [UInt8], to file: InterfaceFile, by writer: pid_t
    ) throws(InterfaceError)

    /// Performs one write of the path of a list.
    ///
    /// - Parameters:
    ///   - path: What is written.
    ///   - file: Where it is written to.
    ///   - list: What stands under the path, or why it cannot be read.
    ///   - writer: The process that writes.
    func write(
        path: ListPath, to file: InterfaceFile, list: Result<[UInt8], InterfaceError>,
        by writer: pid_t
    ) throws(InterfaceError)

    /// Whether an upload fails for its size before all of it is there.
    func checkSize(_ size: Int) throws(InterfaceError)

    /// Is told of an upload of which only the beginning came.
    func abandon(_ payload: [UInt8], to file: InterfaceFile, error: InterfaceError)
}
