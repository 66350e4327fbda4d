import CLinux
import DigestList
import LinuxFiles

/// The RPM digest lists that one path of the command line stands for, in the order of upload.
struct NamedLists: ~Copyable {
    /// The path of the lists' directory, with a slash at its end unless it is empty.
    let directory: [CChar]
    /// The lists' file names.
    let names: NameList

    /// Finds the lists of a directory, or takes a path for that of a list that may be gone.
    ///
    /// - Parameter path: The path.
    /// - Throws: ``Failure`` where the path is neither.
    init(at path: UnsafePointer<CChar>) throws(Failure) {
        do throws(Errno) {
            let names = try Self.names(inDirectory: path)
            self.init(
                directory: Self.string(path, length: strlen(path), slash: true), names: names)
        } catch {
            let name = Self.baseName(of: path)
            guard error == .notDirectory || error == .noEntry, Self.isRPMList(name) else {
                throw error == .notDirectory ? .name : .system(error)
            }
            self.init(
                directory: Self.string(path, length: name - path, slash: false),
                names: try Self.list(of: name))
        }
    }

    /// Finds the lists of a directory.
    ///
    /// - Parameter path: The directory's path.
    /// - Throws: ``Failure`` where the path is not one of a directory.
    init(inDirectory path: UnsafePointer<CChar>) throws(Failure) {
        do throws(Errno) {
            let names = try Self.names(inDirectory: path)
            self.init(
                directory: Self.string(path, length: strlen(path), slash: true), names: names)
        } catch {
            throw .system(error)
        }
    }

    private init(directory: [CChar], names: consuming NameList) {
        self.directory = directory
        self.names = names
    }

    /// Opens the lists' directory, to read lists.
    ///
    /// - Throws: ``Failure`` where it cannot be opened, or where a list could not be trusted: the
    ///   kernel lets parsers read files of procfs and securityfs unseen.
    func openDirectory() throws(Failure) -> FileDescriptor {
        do throws(Errno) {
            let directory = try FileDescriptor(
                path: directory.count > 1 ? directory : Self.workingDirectory,
                for: [.reading, .directory])
            let isProcfs = try directory.isOnFileSystem(.procfs)
            let isSecurityfs = try directory.isOnFileSystem(.securityfs)
            if !isProcfs, !isSecurityfs { return directory }
        } catch {
            throw .system(error)
        }
        throw .unseen
    }

    private static let workingDirectory: [CChar] = [CChar(UInt8(ascii: ".")), 0]

    /// The names of a directory's lists.
    private static func names(
        inDirectory path: UnsafePointer<CChar>
    ) throws(Errno) -> NameList {
        let directory = try FileDescriptor(path: path, for: [.reading, .directory])
        var names = NameList()
        try directory.list(into: &names) { isRPMList($0) }
        names.sort { ListName.precedes(bytes(of: $0).bytes, bytes(of: $1).bytes) }
        return names
    }

    private static func baseName(of path: UnsafePointer<CChar>) -> UnsafePointer<CChar> {
        guard let slash = strrchr(path, Int32(UInt8(ascii: "/"))) else { return path }
        return UnsafePointer(slash + 1)
    }

    private static func list(of name: UnsafePointer<CChar>) throws(Failure) -> NameList {
        do throws(Errno) {
            var names = NameList()
            try names.append(name)
            return names
        } catch {
            throw .system(error)
        }
    }

    /// Whether a name, or the label that follows from it, is one of an RPM digest list.
    static func isRPMList(_ name: UnsafePointer<CChar>) -> Bool {
        let bytes = bytes(of: name).bytes
        return ListName(bytes)?.hasFormat("rpm", in: bytes) == true
    }

    private static func string(
        _ start: UnsafePointer<CChar>, length: Int, slash: Bool
    ) -> [CChar] {
        var string = Array(UnsafeBufferPointer(start: start, count: length))
        if slash, string.last != CChar(UInt8(ascii: "/")) {
            string.append(CChar(UInt8(ascii: "/")))
        }
        string.append(0)
        return string
    }
}
