import BlackBox

/// An ELF file made by hand, to have what no linker would make.
struct ELFBuilder {
    /// Whether offsets and sizes have 64 bits.
    var is64 = true
    /// Whether numbers begin with their highest byte.
    var isBigEndian = false
    /// The type, `ET_EXEC` by default.
    var type: UInt16 = 2
    /// The address of the entry point.
    var entry: UInt64 = 0x400080
    /// The flags of the segment that is loaded: it can be read and executed.
    var codeFlags: UInt32 = 5
    /// The flags of the stack; `nil` for an executable that does not tell them.
    var stackFlags: UInt32? = 6
    /// The segments, besides the one that is loaded and the stack's.
    var segments: [Segment] = []
    /// The names of the sections, besides the one with the names.
    var sections: [String] = [".text"]

    /// A segment.
    struct Segment {
        var type: UInt32
        var data: [UInt8]
        var flags: UInt32 = 4
    }

    static let executable: UInt16 = 2
    static let sharedObject: UInt16 = 3

    /// The segment that names the dynamic linker.
    static let interpreter = Segment(type: 3, data: Array("/lib64/ld-linux-x86-64.so.2\0".utf8))

    /// The segment for the dynamic linker.
    ///
    /// - Parameter entries: Tags and values; the end is added.
    func dynamic(_ entries: [(tag: UInt64, value: UInt64)]) -> Segment {
        var data: [UInt8] = []
        for entry in entries + [(0, 0)] { data += word(entry.tag) + word(entry.value) }
        return Segment(type: 2, data: data)
    }

    /// `DT_NEEDED`.
    static let needed: (tag: UInt64, value: UInt64) = (1, 1)
    /// `DT_FLAGS_1` with `DF_1_PIE`.
    static let isExecutable: (tag: UInt64, value: UInt64) = (0x6fff_fffb, 0x0800_0000)

    private var headerSize: Int { is64 ? 64 : 52 }
    private var segmentHeaderSize: Int { is64 ? 56 : 32 }
    private var sectionHeaderSize: Int { is64 ? 64 : 40 }

    /// The file: header, segment headers, segments, the sections' names, section headers.
    var bytes: [UInt8] {
        let code = Segment(
            type: 1, data: [UInt8](repeating: 0x90, count: 16), flags: codeFlags)
        let stack = stackFlags.map { [Segment(type: 0x6474_e551, data: [], flags: $0)] } ?? []
        let segments = [code] + segments + stack
        let start = headerSize + segmentHeaderSize * segments.count
        var segmentHeaders: [UInt8] = []
        var data: [UInt8] = []
        for segment in segments {
            segmentHeaders += header(of: segment, at: start + data.count)
            data += segment.data
            while data.count % 8 != 0 { data.append(0) }
        }
        let (strings, sectionHeaders) = sectionTable(at: start + data.count)
        let end = start + data.count + strings.count
        let header = fileHeader(segments: segments.count, sectionsAt: end)
        return header + segmentHeaders + data + strings + sectionHeaders
    }

    private func fileHeader(segments: Int, sectionsAt end: Int) -> [UInt8] {
        var header: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, isBigEndian ? 2 : 1, 1]
        header += [UInt8](repeating: 0, count: 9)
        header += number(type) + number(UInt16(is64 ? 62 : 3)) + number(UInt32(1))
        header += word(entry) + word(UInt64(headerSize)) + word(UInt64(end)) + number(UInt32(0))
        let count = sections.count + 2
        let sizes = [
            headerSize, segmentHeaderSize, segments, sectionHeaderSize, count, count - 1,
        ]
        for size in sizes { header += number(UInt16(size)) }
        return header
    }

    private func header(of segment: Segment, at offset: Int) -> [UInt8] {
        let size = word(UInt64(segment.data.count))
        let place = word(UInt64(offset)) + word(0x400000) + word(0x400000) + size + size
        let flags = number(segment.flags)
        return number(segment.type) + (is64 ? flags + place : place + flags) + word(8)
    }

    /// The names of the sections, and the headers.
    private func sectionTable(at offset: Int) -> (strings: [UInt8], headers: [UInt8]) {
        var strings: [UInt8] = [0]
        var headers = [UInt8](repeating: 0, count: sectionHeaderSize)
        for name in sections + [".shstrtab"] {
            let start = strings.count
            strings += Array(name.utf8) + [0]
            let isLast = name == ".shstrtab"
            headers += number(UInt32(start)) + number(UInt32(isLast ? 3 : 1)) + word(0) + word(0)
            headers += word(UInt64(offset)) + word(UInt64(isLast ? strings.count : 0))
            headers += number(UInt32(0)) + number(UInt32(0)) + word(1) + word(0)
        }
        return (strings, headers)
    }

    /// A number as wide as addresses are.
    private func word(_ value: UInt64) -> [UInt8] {
        is64 ? number(value) : number(UInt32(truncatingIfNeeded: value))
    }

    private func number(_ value: some FixedWidthInteger) -> [UInt8] {
        isBigEndian ? bigEndian(value) : littleEndian(value)
    }
}
