import LinuxFiles

/// The time for which one of the interface's files is held open, through one list after another.
///
/// Others who wait look often enough to find the pause between two turns.
struct Turn: ~Copyable {
    /// How long a turn lasts, in nanoseconds.
    static let length: UInt64 = 250_000_000
    /// How long the interface is left to others after a turn, in nanoseconds.
    static let pause: UInt64 = 2 * Patience.longestPause

    let operation: Interface.Operation
    private let file: FileDescriptor
    private let start = Clock.now

    init(_ operation: Interface.Operation, with file: consuming FileDescriptor) {
        self.operation = operation
        self.file = file
    }

    /// Whether it is others' turn.
    var isOver: Bool { Clock.now - start >= Self.length }

    /// Writes a list.
    func write(_ list: UnsafeRawBufferPointer) throws(Errno) -> Int { try file.write(list) }
}
