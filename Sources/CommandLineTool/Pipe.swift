import CGlibc
import Glibc
import LinuxFiles

/// A pipe, of which the ends do not go to other programs by themselves.
public struct Pipe: ~Copyable {
    /// The end that is written to.
    public let input: FileDescriptor
    private let output: FileDescriptor

    /// Creates a pipe.
    ///
    /// - Throws: ``Errno`` of `pipe2(2)`.
    public init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .current }
        let output = try FileDescriptor(ends[0])
        input = try FileDescriptor(ends[1])
        self.output = output
    }

    /// Closes the end that is written to, and gives the other away.
    public consuming func takeOutput() -> FileDescriptor { output }
}
