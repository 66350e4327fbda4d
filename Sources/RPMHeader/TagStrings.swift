import CLinux

/// The strings of a tag where they stand in the header, one behind the other.
///
/// librpm would make an array of them. That the header has so many strings there, each with
/// its NUL, is what librpm checks when it imports the header.
package struct TagStrings {
    private var position: UnsafePointer<CChar>
    private let end: UnsafePointer<CChar>

    /// Begins with the first string.
    ///
    /// - Parameter bytes: The header's bytes from there on.
    init(in bytes: UnsafeRawBufferPointer) {
        position = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
        end = position + bytes.count
    }

    /// Takes the next string.
    package mutating func next() -> UnsafePointer<CChar> {
        precondition(position < end)
        defer { position += min(strlen(position) + 1, end - position) }
        return position
    }

    /// Takes the next string where it is empty or has a given length.
    ///
    /// - Parameter length: The length, in bytes.
    /// - Returns: The string, among whose bytes may be a NUL where it is shorter; `nil` for an empty
    ///   one.
    /// - Throws: ``RPMHeaderError`` for one that is longer, or cut off by the header's end.
    mutating func next(length: Int) throws(RPMHeaderError) -> UnsafePointer<UInt8>? {
        guard position < end, position[0] != 0 else {
            position += min(1, end - position)
            return nil
        }
        guard length < end - position, position[length] == 0 else {
            throw RPMHeaderError(.digestLength, tag: .fileDigests, value: strlen(position))
        }
        defer { position += length + 1 }
        return UnsafeRawPointer(position).assumingMemoryBound(to: UInt8.self)
    }
}
