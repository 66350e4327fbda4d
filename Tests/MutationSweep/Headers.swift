import LinuxFiles
import RPMHeader
import RPMHeaderTools

/// The RPM digest lists that mutants are made from.
struct Headers {
    private(set) var lists: [[UInt8]] = []

    /// Reads the lists.
    ///
    /// - Parameter options: Which directories they are in.
    /// - Throws: ``Errno`` for a directory or file that cannot be read.
    init(_ options: Options) throws(Errno) {
        for directory in options.lists {
            try Self.forEachFile(in: directory) { file in
                if file.starts(with: RPMDigestList.magic) { lists.append(file) }
            }
        }
        for directory in options.packages {
            try Self.forEachFile(in: directory) { file in
                if let header = Self.header(ofPackage: file) { lists.append(header) }
            }
        }
    }

    /// Goes through the files by name: their order decides on the mutants.
    private static func forEachFile(
        in directory: String, _ body: ([UInt8]) -> Void
    ) throws(Errno) {
        let folder = try FileDescriptor(path: directory, for: [.reading, .directory])
        var names = NameList()
        try folder.list(into: &names) { _ in true }
        try names.sort { bytes(of: $0).lexicographicallyPrecedes(bytes(of: $1)) }
        for index in 0..<names.count {
            let path = directory + "/" + String(cString: names[index])
            let file = try FileDescriptor(path: path, for: .reading)
            let status = try file.status()
            if status.isRegular { body(try contents(of: file, size: Int(status.st_size))) }
        }
    }

    private static func contents(
        of file: borrowing FileDescriptor, size: Int
    ) throws(Errno) -> [UInt8] {
        var contents = [UInt8](repeating: 0, count: size)
        var span = contents.mutableSpan
        let count = try span.withUnsafeMutableBytes { bytes throws(Errno) in
            try file.read(into: bytes)
        }
        contents.removeLast(size - count)
        return contents
    }

    /// The header of a package, which follows the lead and the signatures.
    private static func header(ofPackage file: [UInt8]) -> [UInt8]? {
        let leadSize = 96
        guard file.starts(with: [0xed, 0xab, 0xee, 0xdb]),
            let signatures = HeaderLayout(of: file, at: leadSize)
        else { return nil }
        let start = (signatures.end + 7) / 8 * 8
        return HeaderLayout(of: file, at: start).map { Array(file[start..<$0.end]) }
    }

    /// One of the lists; small ones come more often, as their mutants take less time.
    func pick(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        let first = lists[.random(in: lists.indices, using: &random)]
        let second = lists[.random(in: lists.indices, using: &random)]
        return first.count < second.count ? first : second
    }
}
