import CLinux

/// A list that somebody wants to have added or deleted.
public struct Upload: Sendable {
    /// What is to be done with it.
    public let operation: Interface.Operation
    /// The label, or the path that the list was read from, of which the last part is the label.
    public let label: [UInt8]
    /// Whether the label is a path.
    public let isPath: Bool
    /// The list, which may be none; without the signature of its file.
    public let list: [UInt8]
    /// Who writes: the id of the thread, which `/proc` knows as it does that of its process.
    public let writer: pid_t
}
