import CLinux
import ChildProcesses
import DigestList
import LinuxFiles

/// A format of digest lists that takes a parser.
struct ListFormat: Equatable {
    /// The format as it stands in the lists' names.
    let name: [UInt8]

    /// Takes the format from the name of a list.
    ///
    /// - Parameter fileName: The list's file name.
    /// - Returns: `nil` where it is not the name of a digest list, and for compact lists, which
    ///   the kernel loads by itself.
    init?(of fileName: UnsafePointer<CChar>) {
        let bytes = bytes(of: fileName)
        guard let parts = ListName(bytes.bytes), !parts.hasFormat("compact", in: bytes.bytes)
        else { return nil }
        name = Array(bytes[parts.format])
    }

    /// Finds the formats of a directory's lists.
    ///
    /// - Parameter path: The directory's path.
    /// - Returns: Each format once, ordered by the bytes of their names.
    /// - Throws: ``Errno`` where the directory cannot be read.
    static func all(inDirectory path: UnsafePointer<CChar>) throws(Errno) -> [ListFormat] {
        let directory = try FileDescriptor(path: path, for: [.reading, .directory])
        var names = NameList()
        var last: ListFormat?
        // The lists of a directory are of few formats, and of one for the most part.
        try directory.list(into: &names) { name in
            guard let format = ListFormat(of: name), format != last else { return false }
            last = format
            return true
        }
        var formats = (0..<names.count).compactMap { ListFormat(of: names[$0]) }
        formats.sort { $0.name.lexicographicallyPrecedes($1.name) }
        return formats.indices.filter { $0 == 0 || formats[$0] != formats[$0 - 1] }
            .map { formats[$0] }
    }

    /// Whether the name can be part of that of a program: it is made of letters, digits and
    /// underscores.
    var isProgramName: Bool {
        name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// The path of the format's parser, which is in the directory of this program.
    var parser: [CChar] {
        let suffix: StaticString = "_parser"
        return ChildProcess.path(beside: name + bytes(of: suffix.cString))
    }
}
