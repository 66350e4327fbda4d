/// What stands behind an interface: it decides on uploads, and is told what happens.
///
/// All calls come from the thread that runs the session, or changes the interface.
public protocol InterfaceOwner: AnyObject {
    /// Says what IMA does with an upload, or would do.
    ///
    /// - Parameter upload: The upload, which is complete, but may still turn out to be wrong.
    /// - Returns: The actions; they may come later, and the upload with them.
    /// - Throws: The error that the writer gets. Nothing is changed then.
    func actions(of upload: Upload) throws(InterfaceError) -> Answer<LoadedList.Actions>

    /// Is told of a list that is now in the table, before its writer is.
    ///
    /// - Throws: The error that the writer gets. The list is taken out of the table again.
    func didAdd(_ list: LoadedList) throws(InterfaceError)

    /// Is told of a list that is not in the table any more, before its writer is.
    func didRemove(_ list: LoadedList)

    /// Whether opens are to answer `EBUSY`.
    var isBusy: Bool { get }

    /// Is told that the interface answers from now on.
    func didStart()

    /// Says whether an upload may go on, by its size.
    ///
    /// - Parameters:
    ///   - size: What has come of it, in bytes.
    ///   - isWhole: Whether that is all.
    /// - Throws: The error that the writer gets.
    func admit(_ size: Int, isWhole: Bool) throws(InterfaceError)

    /// Is told of a write of a list, a path, a label or a query, and how it ended.
    ///
    /// - Parameters:
    ///   - payload: What was written.
    ///   - file: Where it was written to.
    ///   - label: The label or path that counts for an upload; `nil` for what is none.
    ///   - error: How it failed, if it did.
    func didWrite(
        _ payload: [UInt8], to file: InterfaceFile, label: [UInt8]?, error: InterfaceError?)
}

extension InterfaceOwner {
    /// Does nothing.
    public func didAdd(_ list: LoadedList) throws(InterfaceError) {}

    /// Does nothing.
    public func didRemove(_ list: LoadedList) {}

    /// Never.
    public var isBusy: Bool { false }

    /// Does nothing.
    public func didStart() {}

    /// Admits every size.
    public func admit(_ size: Int, isWhole: Bool) throws(InterfaceError) {}

    /// Does nothing.
    public func didWrite(
        _ payload: [UInt8], to file: InterfaceFile, label: [UInt8]?, error: InterfaceError?
    ) {}
}
