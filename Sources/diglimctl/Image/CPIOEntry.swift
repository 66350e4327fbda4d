import CommandLineTool
import Glibc

/// A file in an initial ram disk.
struct CPIOEntry {
    /// The file's absolute path, as it stands there.
    var path: Path
    /// The file's type and permissions.
    var mode: UInt32
    /// The file's bytes, or where a symbolic link leads to.
    var data: [UInt8]

    /// Whether it is a regular file.
    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    /// Whether it is a symbolic link.
    var isLink: Bool { mode & S_IFMT == S_IFLNK }
}

/// Reads the entries of a part of an initial ram disk, which holds one or more archives in the
/// form `newc` of cpio with NULs between them: `init/initramfs.c` of the kernel.
struct CPIOReader {
    private let stream: ImageStream
    /// Files with several names have their bytes at one of them, mostly the last.
    private var links: [[UInt32]: [CPIOEntry]] = [:]

    private static let headerSize = 110
    private static let trailer = Array("TRAILER!!!".utf8)
    /// The longest path that the kernel takes, with its NUL.
    private static let longestName = 4096

    /// Begins to read.
    ///
    /// - Parameter stream: The part.
    init(_ stream: ImageStream) { self.stream = stream }

    /// The next entries: mostly one, or all names of a file at once.
    ///
    /// - Returns: `nil` at the end of the archives.
    /// - Throws: ``CommandError`` where there is something else than an archive or its end.
    mutating func next() throws(CommandError) -> [CPIOEntry]? {
        while try stream.peek() == 0 { try stream.take(1) }
        guard try stream.peek() == UInt8(ascii: "0") else {
            // What an image has only one name of, and no bytes.
            defer { links = [:] }
            return links.isEmpty ? nil : links.values.flatMap { $0 }
        }
        let start = stream.position
        let header = try bytes(Self.headerSize)
        let numbers = try Self.numbers(in: header)
        guard numbers[11] <= Self.longestName else { throw CommandError("a name is too long") }
        let name = try bytes(Int(numbers[11])).prefix { $0 != 0 }
        try align(from: start)
        let data = try bytes(Int(numbers[6]))
        if name.elementsEqual(Self.trailer) {
            defer { links = [:] }
            return links.values.flatMap { $0 }
        }
        try align(from: start)
        let entry = CPIOEntry(path: Self.path(name), mode: numbers[1], data: data)
        guard entry.isRegular, numbers[4] > 1 else { return [entry] }
        let file = [numbers[0], numbers[7], numbers[8]]
        guard !data.isEmpty else {
            links[file, default: []].append(entry)
            return []
        }
        let others = links.removeValue(forKey: file) ?? []
        return [entry] + others.map { CPIOEntry(path: $0.path, mode: entry.mode, data: data) }
    }

    private func align(from start: Int) throws(CommandError) {
        // The last entry may end with the file.
        while (stream.position - start) % 4 != 0, try stream.peek() != nil { try stream.take(1) }
    }

    private func bytes(_ count: Int) throws(CommandError) -> [UInt8] {
        var bytes: [UInt8] = []
        try stream.take(count) { bytes += $0 }
        return bytes
    }

    /// The 13 numbers behind the magic, each in eight hexadecimal digits.
    private static func numbers(in header: [UInt8]) throws(CommandError) -> [UInt32] {
        let magic = header.prefix(6)
        guard magic.elementsEqual("070701".utf8) || magic.elementsEqual("070702".utf8) else {
            throw CommandError("not a cpio archive of the form newc")
        }
        var numbers: [UInt32] = []
        for start in stride(from: 6, to: headerSize, by: 8) {
            let digits = String(decoding: header[start..<start + 8], as: UTF8.self)
            guard let number = UInt32(digits, radix: 16) else {
                throw CommandError("the header of a file is damaged")
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func path(_ name: some Collection<UInt8>) -> Path {
        let slash = UInt8(ascii: "/")
        let parts = name.split(separator: slash).filter { !$0.elementsEqual(".".utf8) }
        return Path(bytes: [slash] + Array(parts.joined(separator: [slash])))
    }
}
