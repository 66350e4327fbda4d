import CommandLineTool

/// Reads the fields of OpenPGP packets, as far as librpm leaves that to its callers.
struct OpenPGPReader {
    /// What has not been read.
    private(set) var rest: ArraySlice<UInt8>

    /// Begins.
    ///
    /// - Parameter bytes: Packets, or a packet's body.
    init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

    /// Whether all has been read.
    var isAtEnd: Bool { rest.isEmpty }

    /// Takes bytes.
    ///
    /// - Parameter count: How many.
    /// - Throws: ``CommandError`` where there are not so many.
    mutating func bytes(count: Int) throws(CommandError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw CommandError("an OpenPGP packet is cut off") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Takes a number, the highest byte first.
    ///
    /// - Parameter size: The number's size, up to 4 bytes.
    mutating func number(size: Int) throws(CommandError) -> Int {
        try bytes(count: size).reduce(0) { $0 << 8 | Int($1) }
    }

    /// Takes a packet, see RFC 4880, section 4.2.
    ///
    /// - Returns: The packet's tag, which tells what it is, and its body.
    mutating func packet() throws(CommandError) -> (tag: Int, body: ArraySlice<UInt8>) {
        let first = try number(size: 1)
        guard first & 0x80 != 0 else { throw CommandError("no OpenPGP packet") }
        guard first & 0x40 != 0 else {
            // Without a length, as no signature and no key can be.
            guard first & 3 < 3 else { throw CommandError("an OpenPGP packet has no length") }
            let size = try number(size: 1 << (first & 3))
            return (first >> 2 & 0xf, try bytes(count: size))
        }
        return (first & 0x3f, try bytes(count: newLength()))
    }

    /// The length of a packet in the new form, see RFC 4880, section 4.2.2.
    private mutating func newLength() throws(CommandError) -> Int {
        let first = try number(size: 1)
        if first < 192 { return first }
        if first < 224 { return (first - 192) << 8 + (try number(size: 1)) + 192 }
        return try number(size: 4)
    }

    /// Takes an attribute of a signature, see RFC 9580, section 5.2.3.7.
    ///
    /// - Returns: The attribute's type, and its value.
    mutating func attribute() throws(CommandError) -> (type: Int, value: [UInt8]) {
        var attribute = OpenPGPReader(try bytes(count: attributeLength()))
        // The highest bit says that the attribute is critical.
        let type = try attribute.number(size: 1) & 0x7f
        return (type, Array(attribute.rest))
    }

    private mutating func attributeLength() throws(CommandError) -> Int {
        let first = try number(size: 1)
        if first < 192 { return first }
        if first < 255 { return (first - 192) << 8 + (try number(size: 1)) + 192 }
        return try number(size: 4)
    }

    /// Takes one of the large numbers of keys and signatures, see RFC 4880, section 3.2.
    ///
    /// - Returns: The number's bytes, the highest first, and its size by the packet, in bits.
    mutating func largeNumber() throws(CommandError) -> (digits: ArraySlice<UInt8>, bits: Int) {
        let bits = try number(size: 2)
        return (try bytes(count: (bits + 7) / 8), bits)
    }
}
