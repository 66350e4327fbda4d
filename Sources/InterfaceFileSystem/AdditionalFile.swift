import CLinux

/// A file beside DIGLIM's own.
public struct AdditionalFile {
    /// The most that there can be.
    public static let maximumCount = 8

    let name: [UInt8]
    let mode: UInt32
    let content: (() throws(InterfaceError) -> [UInt8])?
    let write: (([UInt8], pid_t) throws(InterfaceError) -> Answer<Void>)?

    /// Creates a file.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - mode: Its permissions.
    ///   - content: What is read, asked for anew at each read from the start; `nil` if nothing can
    ///     be.
    ///   - write: What one write does, with its bytes and the id of the thread that writes,
    ///     whatever the position; `nil` if nothing can be written.
    public init(
        name: String, mode: UInt32, content: (() throws(InterfaceError) -> [UInt8])?,
        write: (([UInt8], pid_t) throws(InterfaceError) -> Answer<Void>)?
    ) {
        self.name = Array(name.utf8)
        self.mode = mode
        self.content = content
        self.write = write
    }
}
