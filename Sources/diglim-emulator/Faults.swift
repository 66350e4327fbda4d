import InterfaceFileSystem

/// What goes wrong on request.
struct Faults {
    /// The error of every so many uploads.
    var every: (count: Int, error: InterfaceError)?
    /// The error of uploads over a size in bytes.
    var over: (size: Int, error: InterfaceError)?
    /// How long opens answer `EBUSY`.
    var busy: Duration = .zero

    private var uploads = 0

    /// Creates no faults.
    init() {}

    /// Whether an upload of a size fails, whatever comes after.
    ///
    /// - Throws: The error that was asked for.
    func checkSize(_ size: Int) throws(InterfaceError) {
        if let over, size > over.size { throw over.error }
    }

    /// Counts an upload.
    ///
    /// - Parameter size: Its size in bytes.
    /// - Throws: The error that was asked for, where it is this upload's turn.
    mutating func count(uploadOf size: Int) throws(InterfaceError) {
        uploads += 1
        try checkSize(size)
        if let every, uploads % every.count == 0 { throw every.error }
    }
}
