import CLinux

/// Memory from `malloc`, freed at the end of its life unless somebody else takes it over.
public struct Memory: ~Copyable {
    private var start: UnsafeMutableRawPointer?
    /// The memory's size, in bytes.
    public private(set) var count = 0

    /// Creates no memory.
    public init() {}

    /// Allocates memory.
    ///
    /// - Parameter count: The size, in bytes, more than 0.
    /// - Throws: ``Errno/noMemory``.
    public init(count: Int) throws(Errno) {
        try resize(to: count)
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

    /// Makes the memory large enough, and half as large again where it has to grow.
    ///
    /// - Parameter size: The size that it must have, in bytes.
    /// - Throws: ``Errno/noMemory``; the memory then is as it was.
    mutating func reserve(_ size: Int) throws(Errno) {
        // realloc moves large stretches by remapping them: nothing is there twice.
        if size > count { try resize(to: max(size, count + count / 2, 1 << 12)) }
    }

    /// Gives the memory away; whoever takes it frees it.
    public mutating func take() -> UnsafeMutableRawPointer {
        defer { (start, count) = (nil, 0) }
        return start!
    }
}

/// So many values in memory of their own.
public struct Table<Element: BitwiseCopyable>: ~Copyable {
    private let memory: Memory
    /// The number of values.
    public let count: Int

    /// Creates a table without values.
    public init() {
        memory = Memory()
        count = 0
    }

    /// Creates a table of equal values.
    ///
    /// - Parameters:
    ///   - value: Each of them.
    ///   - count: The number of values.
    /// - Throws: ``Errno/noMemory``.
    public init(repeating value: Element, count: Int) throws(Errno) {
        memory = try Memory(count: max(count, 1) * MemoryLayout<Element>.stride)
        memory.bytes.initializeMemory(as: Element.self, repeating: value)
        self.count = count
    }

    /// The value at a position.
    ///
    /// - Parameter index: The position.
    public subscript(index: Int) -> Element {
        get { element(index).pointee }
        nonmutating set { element(index).pointee = newValue }
    }

    private func element(_ index: Int) -> UnsafeMutablePointer<Element> {
        precondition(index >= 0 && index < count)
        return memory.bytes.baseAddress!.assumingMemoryBound(to: Element.self) + index
    }
}
