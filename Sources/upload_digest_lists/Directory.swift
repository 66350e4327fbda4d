import CLinux
import DigestList
import LinuxFiles

/// A directory of digest lists, by a path that the kernel takes: one from the root.
struct Directory {
    /// The path.
    let path: [CChar]

    /// Takes a directory.
    ///
    /// - Parameter path: The directory's path; a relative one gets the working directory in front.
    init(_ path: UnsafePointer<CChar>) {
        var start: [CChar] = []
        if path[0] != Self.slash, let current = getcwd(nil, 0) {
            start = Self.copy(current) + [Self.slash]
            free(current)
        }
        self.path = start + Self.copy(path) + [0]
    }

    private static let slash = CChar(UInt8(ascii: "/"))

    private static func copy(_ text: UnsafePointer<CChar>) -> [CChar] {
        bytes(of: text).map { CChar(bitPattern: $0) }
    }

    /// The path of a file in the directory.
    ///
    /// - Parameter name: The file's name.
    func path(of name: UnsafePointer<CChar>) -> [CChar] {
        path.dropLast() + [Self.slash] + Self.copy(name) + [0]
    }

    /// The names of the compact lists in the directory, in the order in which lists go up.
    ///
    /// - Throws: ``Errno`` where the directory cannot be read.
    func names() throws(Errno) -> NameList {
        let directory = try FileDescriptor(path: path, for: [.reading, .directory])
        var names = NameList()
        try directory.list(into: &names) { name in
            let bytes = bytes(of: name).bytes
            return ListName(bytes)?.hasFormat("compact", in: bytes) == true
        }
        try names.sort { ListName.precedes(bytes(of: $0).bytes, bytes(of: $1).bytes) }
        return names
    }
}
