import CLinux

/// Many file names in little memory: one stretch of bytes, and where each name begins.
///
/// In front of each name stands a byte with the file's type.
public struct NameList: ~Copyable {
    private var bytes = Memory()
    private var used = 0
    private var starts = Memory()
    /// The number of names.
    public private(set) var count = 0

    /// Creates an empty list.
    public init() {}

    /// Where each name begins.
    private var places: UnsafeMutableBufferPointer<UInt32> {
        let start = starts.bytes.baseAddress?.assumingMemoryBound(to: UInt32.self)
        return UnsafeMutableBufferPointer(start: start, count: count)
    }

    private static func name(
        at place: UInt32, in bytes: UnsafeMutableRawBufferPointer
    ) -> UnsafePointer<CChar> {
        UnsafeRawPointer(bytes.baseAddress! + Int(place)).assumingMemoryBound(to: CChar.self)
    }

    /// The name at a position, which ends with a NUL and lives until the list changes.
    ///
    /// - Parameter index: The position.
    public subscript(index: Int) -> UnsafePointer<CChar> {
        Self.name(at: places[index], in: bytes.bytes)
    }

    /// The type of the file with the name at a position, as in `<dirent.h>`; 0 where it is not told.
    ///
    /// - Parameter index: The position.
    public func type(of index: Int) -> UInt8 { UInt8(bitPattern: self[index][-1]) }

    /// Adds a name at the end.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - type: The type of the file with that name, as in `<dirent.h>`.
    /// - Throws: ``Errno/noMemory``.
    public mutating func append(
        _ name: UnsafePointer<CChar>, type: UInt8 = 0
    ) throws(Errno) {
        let length = strlen(name) + 1
        guard let place = UInt32(exactly: used + 1) else { throw .noMemory }
        try bytes.reserve(used + 1 + length)
        try starts.reserve((count + 1) * MemoryLayout<UInt32>.stride)
        bytes.bytes[used] = type
        memcpy(bytes.bytes.baseAddress! + used + 1, name, length)
        used += 1 + length
        count += 1
        places[count - 1] = place
    }

    /// Puts the names into an order.
    ///
    /// - Parameter precedes: Whether a name comes before another.
    /// - Throws: ``Errno/noMemory``.
    public mutating func sort(
        by precedes: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Bool
    ) throws(Errno) {
        // Sorting takes memory, and ends the program where it cannot have it.
        guard clinux_can_allocate(4 * count + (1 << 12)) else { throw .noMemory }
        let bytes = bytes.bytes
        var places = places
        places.sort { precedes(Self.name(at: $0, in: bytes), Self.name(at: $1, in: bytes)) }
    }

    /// Leaves of several equal names the first; the names must be sorted.
    public mutating func removeRepeated() {
        var kept = min(count, 1)
        for index in kept..<count where strcmp(self[index], self[kept - 1]) != 0 {
            places[kept] = places[index]
            kept += 1
        }
        count = kept
    }

    /// The position of the first name for which a condition no longer holds.
    ///
    /// - Parameter comesBefore: Holds for names up to some position, and for none after it.
    public func partition(where comesBefore: (UnsafePointer<CChar>) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if comesBefore(self[middle]) {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }
}

/// The bytes of a C string, without its NUL.
///
/// - Parameter name: The string, which must outlive the result.
public func bytes(of name: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: name, count: strlen(name))
}

extension FileDescriptor {
    /// Lists this directory, without `.` and `..`, in the order that the file system gives.
    ///
    /// - Parameters:
    ///   - names: Where the names are added.
    ///   - isWanted: Whether a name is to be added.
    /// - Throws: ``Errno`` of `openat(2)` or `readdir(3)`; ``Errno/noMemory``.
    public func list(
        into names: inout NameList, where isWanted: (UnsafePointer<CChar>) -> Bool
    ) throws(Errno) {
        let descriptor = try retrying {
            clinux_openat(rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard let directory = fdopendir(descriptor) else {
            let error = Errno.current
            close(descriptor)
            throw error
        }
        defer { closedir(directory) }
        while let entry = try nextEntry(in: directory), let name = clinux_entry_name(entry) {
            if strcmp(name, ".") != 0, strcmp(name, "..") != 0, isWanted(name) {
                try names.append(name, type: entry.pointee.d_type)
            }
        }
    }

    private func nextEntry(in directory: OpaquePointer) throws(Errno) -> UnsafePointer<dirent>? {
        clinux_set_errno(0)
        if let entry = readdir(directory) { return UnsafePointer(entry) }
        if clinux_errno() != 0 { throw .current }
        return nil
    }
}
