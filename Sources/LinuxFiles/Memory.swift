import CLinux

/// Memory from `malloc`, freed at the end of its life unless somebody else takes it over.
public struct Memory: ~Copyable {
    private var start: UnsafeMutableRawPointer?
    /// The memory's size, in bytes.
    public private(set) var count: Int

    /// Allocates memory.
    ///
    /// - Parameter count: The size, in bytes, more than 0.
    /// - Throws: ``Errno/noMemory``.
    public init(count: Int) throws(Errno) {
        guard let start = malloc(count) else { throw .noMemory }
        self.start = start
        self.count = count
    }

    deinit { free(start) }

    /// The memory's bytes; addresses change when it grows.
    public var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    /// Makes the memory larger or smaller; what is in it stays.
    ///
    /// - Parameter count: The new size, in bytes, more than 0.
    /// - Throws: ``Errno/noMemory``; the memory then is as it was.
    public mutating func resize(to count: Int) throws(Errno) {
        guard let moved = realloc(start, count) else { throw .noMemory }
        start = moved
        self.count = count
    }

    /// Gives the memory away; whoever takes it frees it.
    public mutating func take() -> UnsafeMutableRawPointer {
        let taken = start!
        start = nil
        count = 0
        return taken
    }
}
