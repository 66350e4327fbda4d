import BlackBox
import CLinux
import DigestList
import LinuxFiles
import RPMHeader
import Testing

@Suite("The parts of an RPM digest list") struct DigestListFileTests {
    static let header = HeaderWriter(of: usualFiles).bytes()

    /// A list with its number of index entries and its data size changed.
    private func claiming(entries: UInt32? = nil, data: UInt32? = nil) -> [UInt8] {
        var list = Self.header
        if let entries { list.replaceSubrange(8..<12, with: bigEndian(entries)) }
        if let data { list.replaceSubrange(12..<16, with: bigEndian(data)) }
        return list
    }

    @Test("The header alone is a list")
    func unsigned() throws {
        let list = Self.header
        let parsed = try parse(list)
        let header = Array(parsed.header)
        #expect(header == Array(list[8...]))
    }

    @Test("A signature may follow", arguments: [1, 2, 566, 100_000])
    func signed(length: Int) throws {
        let signature = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let list = Self.header + appended(signature)
        let parsed = try parse(list)
        let header = Array(parsed.header)
        #expect(header == Array(Self.header[8...]))
        #expect(try convert(list) == convert(Self.header))
    }

    @Test("Each byte of the magic counts", arguments: 0..<8)
    func magic(offset: Int) {
        var list = Self.header
        list[offset] ^= 1
        #expect(firstError(in: list) == RPMHeaderError(.notRPM))
    }

    @Test("Files that are no headers")
    func otherFiles() {
        #expect(firstError(in: []) == RPMHeaderError(.empty))
        #expect(
            firstError(in: Array("0123456789abcdef".utf8)) == RPMHeaderError(.notRPM))
        let package: [UInt8] = [0xed, 0xab, 0xee, 0xdb] + [UInt8](repeating: 0, count: 92)
        #expect(firstError(in: package + Self.header) == RPMHeaderError(.notRPM))
    }

    @Test(
        "Impossible numbers of entries", arguments: [0, 0x1_0000, 0x7fff_ffff, 0x8000_0000, .max])
    func entries(number: UInt32) {
        #expect(
            firstError(in: claiming(entries: number))
                == RPMHeaderError(.entries, value: Int(number)))
    }

    @Test("Impossible sizes of the data", arguments: [0x1000_0000, 0x7fff_ffff, 0x8000_0000, .max])
    func dataSize(size: UInt32) {
        #expect(
            firstError(in: claiming(data: size)) == RPMHeaderError(.tooLarge, value: Int(size)))
    }

    @Test("Possible numbers that are more than the file has")
    func missingBytes() {
        let entries = Int(Self.header[11])
        #expect(
            firstError(in: claiming(entries: 0xffff))
                == RPMHeaderError(.truncated, value: 16 * (0xffff - entries)))
        let data = Self.header[12..<16].reduce(0) { $0 << 8 | Int($1) }
        #expect(
            firstError(in: claiming(data: 0xfff_ffff))
                == RPMHeaderError(.truncated, value: 0xfff_ffff - data))
    }

    @Test("Every truncation is found, and tells how much is missing")
    func truncation() {
        let signed = Self.header + appended([UInt8](repeating: 0x89, count: 300))
        for length in 1..<signed.count where length != Self.header.count {
            let expected =
                switch length {
                case ..<16: RPMHeaderError(.truncated, value: Int(16 - length))
                case ..<Self.header.count:
                    RPMHeaderError(.truncated, value: Int(Self.header.count - length))
                default:
                    RPMHeaderError(.trailingBytes, value: Int(length - Self.header.count))
                }
            #expect(firstError(in: Array(signed[..<length])) == expected, "at \(length)")
        }
    }

    @Test("Bytes that are no signature", arguments: [1, 11, 39, 40, 41, 1000])
    func trailingBytes(count: Int) {
        #expect(
            firstError(in: Self.header + [UInt8](repeating: 0, count: count))
                == RPMHeaderError(.trailingBytes, value: Int(count)))
    }

    @Test("The signature fills all that follows the header")
    func signatureOfOtherLength() {
        let signature = [UInt8](repeating: 0x89, count: 10)
        #expect(firstError(in: Self.header + appended(signature)) == nil)
        #expect(
            firstError(in: Self.header + appended(signature, length: 9))
                == RPMHeaderError(.trailingBytes, value: 50))
        for length in [0, 11, 50, 51, 1 << 31, .max] as [UInt32] {
            #expect(
                firstError(in: Self.header + appended(signature, length: length))
                    == RPMHeaderError(.trailer(.length)))
        }
        #expect(
            firstError(in: Self.header + appended(signature, kind: 1))
                == RPMHeaderError(.trailer(.kind)))
    }

    @Test("A trailer is cut off by the header")
    func trailerTooClose() {
        let trailer = appended([1])
        for length in 28..<40 {
            #expect(
                firstError(in: Self.header + trailer.suffix(length))
                    == RPMHeaderError(.trailer(.truncated)))
        }
        #expect(
            firstError(in: Self.header + trailer.suffix(40)) == RPMHeaderError(.trailer(.length)))
    }
}

@Suite("Reading an RPM digest list from a file") struct DigestListReadingTests {
    /// A header of a given size with its magic, in bytes.
    private static func header(size: Int) -> [UInt8] {
        func padded(by count: Int) -> [UInt8] {
            var writer = HeaderWriter(of: usualFiles)
            let padding = [UInt8](repeating: 0x2e, count: count)
            writer.entries.append(
                HeaderWriter.Entry(
                    tag: 9_000_000, type: 7, count: UInt32(count), data: padding))
            return writer.bytes()
        }
        return padded(by: size - padded(by: 1).count + 1)
    }

    /// Reads a list from a file.
    ///
    /// - Returns: Its header.
    private func read(_ path: String) throws -> [UInt8] {
        let list = try RPMDigestList(from: FileDescriptor(path: path, for: .reading))
        return Array(list.header)
    }

    // 65,536 bytes and the magic are read at once.
    @Test(
        "Files of all sizes are read whole",
        arguments: [1000, 65535, 65536, 65537, 65543, 65544, 65545, 131080, 5_000_001])
    func sizes(size: Int) throws {
        let directory = try TemporaryDirectory()
        let header = Self.header(size: size)
        #expect(header.count == size)
        let unsigned = try read(directory.write(header, to: "unsigned"))
        #expect(unsigned == Array(header[8...]))
        let signature = (0..<566).map { UInt8(truncatingIfNeeded: $0) }
        let signed = try read(directory.write(header + appended(signature), to: "signed"))
        #expect(signed == Array(header[8...]))
    }

    @Test("A file that ends too early is found", arguments: [65536, 65544, 65545, 200_000])
    func truncation(size: Int) throws {
        let directory = try TemporaryDirectory()
        let header = Self.header(size: size)
        for missing in [1, 2, 8, 9, 500] {
            let path = try directory.write(Array(header.dropLast(missing)), to: "list")
            #expect(throws: RPMHeaderError(.truncated, value: Int(missing))) {
                _ = try read(path)
            }
        }
    }

    @Test("Short files are refused as in memory")
    func shortFiles() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: RPMHeaderError(.empty)) { _ = try read(directory.write([], to: "list")) }
        for length in 1..<16 {
            let path = try directory.write(
                Array(Self.header(size: 1000).prefix(length)), to: "list")
            #expect(throws: RPMHeaderError(.truncated, value: Int(16 - length))) {
                _ = try read(path)
            }
        }
    }

    @Test("A file that no header can fill is not read")
    func tooLarge() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.header(size: 1000), to: "list")
        try #require(truncate(path, 1 << 40) == 0)
        #expect(throws: RPMHeaderError(.system(.fileTooLarge))) { _ = try read(path) }
    }

    @Test("Errors of the system come through")
    func systemError() throws {
        let directory = try TemporaryDirectory()
        let isDirectory = Errno(rawValue: EISDIR)
        #expect(throws: RPMHeaderError(.system(isDirectory))) { _ = try read(directory.path) }
    }
}
