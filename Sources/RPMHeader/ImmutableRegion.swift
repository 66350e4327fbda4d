import CRPM

/// The part of a header that a package's signature covers.
enum ImmutableRegion {
    /// The size of the trailer, and what index entry and trailer give as their count.
    private static let trailerSize = 16

    /// Checks that a header is its region and nothing else, as rpm does with those of packages.
    ///
    /// librpm lets entries outside of the region take the place of those in it, each of them in a
    /// walk over the whole index, so this comes before it sees the header.
    ///
    /// - Parameter header: A header without its magic, whose index and data are known to fit.
    /// - Throws: ``RPMHeaderError`` with what is missing, wrong or too much.
    static func check(_ header: UnsafeRawBufferPointer) throws(RPMHeaderError) {
        func number(at offset: Int) -> Int {
            Int(UInt32(bigEndian: header.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        func isRegion(at start: Int) -> Bool {
            number(at: start) == RPMTAG_HEADERIMMUTABLE.rawValue
                && number(at: start + 4) == RPM_BIN_TYPE.rawValue
                && number(at: start + 12) == trailerSize
        }
        let (indexSize, dataSize) = (RPMDigestList.entrySize * number(at: 0), number(at: 4))
        guard isRegion(at: 8) else { throw RPMHeaderError(.noRegion) }
        let offset = number(at: 8 + 8)
        let trailer = 8 + indexSize + offset
        guard offset + trailerSize <= dataSize, isRegion(at: trailer) else {
            throw RPMHeaderError(.regionTrailer)
        }
        // Where the index begins, from its end: a negative number of 32 bits.
        let outside = indexSize - (1 << 32 - number(at: trailer + 8))
        guard outside >= 0, outside < indexSize, outside % RPMDigestList.entrySize == 0 else {
            throw RPMHeaderError(.regionTrailer)
        }
        guard outside == 0 else {
            throw RPMHeaderError(
                .outsideRegion, value: UInt64(outside / RPMDigestList.entrySize))
        }
        guard offset + trailerSize == dataSize else {
            throw RPMHeaderError(
                .behindRegion, value: UInt64(dataSize - offset - trailerSize))
        }
    }
}
