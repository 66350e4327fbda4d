import BlackBox
import RPMHeader
import Testing

@Suite("The immutable region") struct RegionTests {
    static let good = HeaderWriter(of: usualFiles).bytes()
    /// Where the parts of the header are.
    static let entries = 13
    static let dataStart = 16 + 16 * entries
    static var dataSize: Int { good.count - dataStart }
    static var trailer: Int { good.count - 16 }

    /// The header with a number overwritten.
    private func with(_ number: UInt32, at offset: Int) -> [UInt8] {
        var list = Self.good
        list.replaceSubrange(offset..<offset + 4, with: bigEndian(number))
        return list
    }

    /// A header with entries and data behind the region, which librpm takes instead of those in it.
    private func dribbling(_ entries: [HeaderWriter.Entry]) -> [UInt8] {
        var index = Array(Self.good[16..<Self.dataStart])
        var data = Array(Self.good[Self.dataStart...])
        for entry in entries {
            while data.count % 8 != 0 { data.append(0) }
            index += bigEndian(entry.tag) + bigEndian(entry.type)
            index += bigEndian(UInt32(data.count)) + bigEndian(entry.count)
            data += entry.data
        }
        return HeaderWriter.magic + bigEndian(UInt32(index.count / 16))
            + bigEndian(UInt32(data.count)) + index + data
    }

    @Test("A header that is its region, and one that has none")
    func region() {
        #expect(firstError(in: Self.good) == nil)
        let writer = HeaderWriter(of: usualFiles)
        for tag in [nil, 61, 62, 64] as [UInt32?] {
            #expect(firstError(in: writer.bytes(region: tag)) == RPMHeaderError(.noRegion))
        }
        let last = Array(Self.good[32..<Self.dataStart]) + Self.good[16..<32]
        let list = Self.good[..<16] + last + Self.good[Self.dataStart...]
        #expect(firstError(in: Array(list)) == RPMHeaderError(.noRegion))
    }

    @Test(
        "The region's entry: tag, type and count",
        arguments: [
            (0, 62), (0, 0), (4, 6), (4, 8), (12, 0), (12, 15), (12, 17), (12, .max),
        ] as [(Int, UInt32)])
    func entry(offset: Int, number: UInt32) {
        #expect(firstError(in: with(number, at: 16 + offset)) == RPMHeaderError(.noRegion))
    }

    @Test("The trailer is where the region's entry says")
    func place() {
        let place = UInt32(Self.dataSize - 16)
        for number in [0, 1, place - 16, place - 1, place + 1, place + 16, 1 << 31, .max] {
            #expect(firstError(in: with(number, at: 24)) == RPMHeaderError(.regionTrailer))
        }
    }

    @Test(
        "The trailer: tag, type, count, and where the index begins",
        arguments: [
            (0, [61, 62]), (4, [6]), (12, [15, 17]),
            (8, [0, 208, 1 << 31, 0 &- 224, 0 &- 207, 0 &- 8, .max]),
        ] as [(Int, [UInt32])])
    func trailer(offset: Int, numbers: [UInt32]) {
        for number in numbers {
            #expect(
                firstError(in: with(number, at: Self.trailer + offset))
                    == RPMHeaderError(.regionTrailer))
        }
    }

    @Test("Entries that the trailer leaves out", arguments: 1..<13 as Range<UInt32>)
    func leftOut(count: UInt32) {
        #expect(
            firstError(in: with(0 &- 16 * (13 - count), at: Self.trailer + 8))
                == RPMHeaderError(.outsideRegion, value: Int(count)))
    }

    @Test("Entries behind the region, those of files, others and many")
    func outside() throws {
        let modes = try #require(HeaderWriter(of: usualFiles)[.fileModes])
        let other = HeaderWriter.Entry(tag: 9_000_000, type: 2, count: 1, data: [1])
        for entries in [[modes], [other], [other, modes], Array(repeating: other, count: 60_000)] {
            #expect(
                firstError(in: dribbling(entries))
                    == RPMHeaderError(.outsideRegion, value: Int(entries.count)))
        }
    }

    @Test("Data behind the region", arguments: [1, 8, 15, 16, 17, 100_000])
    func behind(count: Int) {
        var list = Self.good + [UInt8](repeating: 0, count: count)
        list.replaceSubrange(12..<16, with: bigEndian(UInt32(Self.dataSize + count)))
        #expect(firstError(in: list) == RPMHeaderError(.behindRegion, value: Int(count)))
        // A second trailer at the very end changes nothing.
        list.replaceSubrange(max(list.count - 16, Self.good.count)..., with: Self.good.suffix(16))
        list.replaceSubrange(
            12..<16, with: bigEndian(UInt32(list.count - Self.dataStart)))
        #expect(
            firstError(in: list)
                == RPMHeaderError(.behindRegion, value: Int(list.count - Self.good.count)))
    }

    @Test("A region in a region, and an entry twice as long as the data")
    func nested() {
        var writer = HeaderWriter(of: usualFiles)
        writer.entries.append(
            HeaderWriter.Entry(
                tag: 63, type: 7, count: 16,
                data: bigEndian(63 as UInt32) + bigEndian(7 as UInt32)
                    + bigEndian(0 &- 16 * 14 as UInt32) + bigEndian(16 as UInt32)))
        #expect(firstError(in: writer.bytes()) == RPMHeaderError(.refused))
    }
}
