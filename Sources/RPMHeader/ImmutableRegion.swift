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
    /// - Parameters:
    ///   - header: A header without its magic, whose index and data are known to fit.
    ///   - dataStart: Where the data begins, behind the index, in bytes.
    /// - Throws: ``RPMHeaderError`` with what is missing, wrong or too much.
    static func check(
        _ header: UnsafeRawBufferPointer, dataStart: Int
    ) throws(RPMHeaderError) {
        func isRegion(at start: Int) -> Bool {
            header.number(at: start) == RPMTAG_HEADERIMMUTABLE.rawValue
                && header.number(at: start + 4) == RPM_BIN_TYPE.rawValue
                && header.number(at: start + 12) == trailerSize
        }
        let indexSize = dataStart - 8
        guard isRegion(at: 8) else { throw RPMHeaderError(.noRegion) }
        let trailer = dataStart + header.number(at: 8 + 8)
        let end = trailer + trailerSize
        guard end <= header.count, isRegion(at: trailer) else {
            throw RPMHeaderError(.regionTrailer)
        }
        // Where the index begins, from its end: a negative number of 32 bits.
        let outside = indexSize - (1 << 32 - header.number(at: trailer + 8))
        guard outside >= 0, outside < indexSize, outside % RPMDigestList.entrySize == 0 else {
            throw RPMHeaderError(.regionTrailer)
        }
        guard outside == 0 else {
            throw RPMHeaderError(.outsideRegion, value: outside / RPMDigestList.entrySize)
        }
        guard end == header.count else {
            throw RPMHeaderError(.behindRegion, value: header.count - end)
        }
    }
}
