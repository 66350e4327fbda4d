import CommandLineTool
import Glibc

/// Where an RPM database is.
enum DatabaseLocation {
    /// Where librpm's configuration of this machine says.
    case machine
    /// Below the root directory of another system.
    case root(Path)
    /// In a directory.
    case directory(Path)

    /// Finds the database.
    ///
    /// - Returns: The directory that holds it, as an absolute path, and what kind it is.
    /// - Throws: ``CommandError`` where there is none, so that librpm never creates one.
    func resolve() throws(CommandError) -> (directory: Path, backend: DatabaseBackend) {
        if let found = try find() { return found }
        let places = try candidates.map(\.text).joined(separator: ", ")
        let files = DatabaseBackend.allCases.map(\.fileName).joined(separator: ", ")
        throw CommandError("\(places): no RPM database (\(files))")
    }

    /// Finds the database, as ``resolve()`` does.
    ///
    /// - Returns: `nil` where there is none.
    /// - Throws: ``CommandError`` where there is one that cannot be used.
    func find() throws(CommandError) -> (directory: Path, backend: DatabaseBackend)? {
        for candidate in try candidates {
            guard let directory = Self.realPath(candidate),
                let backend = DatabaseBackend(of: directory)
            else { continue }
            if case .root(let root) = self, !Self.contains(root, directory) {
                throw CommandError("\(candidate.text) leads out of \(root.text)")
            }
            // librpm takes every path for a text with macros, and offers no way around it.
            guard !directory.bytes.contains(UInt8(ascii: "%")) else {
                throw CommandError("\(directory.text): librpm cannot use a path with '%'")
            }
            return (directory, backend)
        }
        return nil
    }

    private var candidates: [Path] {
        get throws(CommandError) {
            switch self {
            case .directory(let path): return [path]
            case .machine: return [try Self.configured]
            case .root(let root):
                // The last but one is where systems are that ostree has made.
                var paths = ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"].map {
                    Path($0)
                }
                let configured = try Self.configured
                if !paths.contains(configured) { paths.insert(configured, at: 0) }
                return paths.map { root.appending($0) }
            }
        }
    }

    private static var configured: Path {
        get throws(CommandError) {
            guard let path = Librpm.expand("%{?_dbpath}"), path.bytes.first == UInt8(ascii: "/")
            else { throw CommandError("librpm's configuration has no %_dbpath") }
            return path
        }
    }

    private static func realPath(_ path: Path) -> Path? {
        guard let resolved = path.withCString({ realpath($0, nil) }) else { return nil }
        defer { free(resolved) }
        return Path(cString: resolved)
    }

    private static func contains(_ root: Path, _ directory: Path) -> Bool {
        guard let root = realPath(root) else { return false }
        return directory.bytes.starts(with: root.appending("").bytes)
    }
}

/// A format of RPM databases, named as librpm's `%_db_backend` names it.
enum DatabaseBackend: String, CaseIterable {
    case sqlite
    case ndb
    case berkeley = "bdb_ro"

    /// The file that holds the headers.
    var fileName: String {
        switch self {
        case .sqlite: "rpmdb.sqlite"
        case .ndb: "Packages.db"
        case .berkeley: "Packages"
        }
    }

    /// Tells the format of the database in a directory.
    ///
    /// - Parameter directory: The directory's path.
    /// - Returns: `nil` where there is none.
    init?(of directory: Path) {
        let found = Self.allCases.first { isRegularFile(directory.appending($0.fileName)) }
        guard let found else { return nil }
        self = found
    }
}
