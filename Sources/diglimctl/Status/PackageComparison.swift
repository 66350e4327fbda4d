import CommandLineTool

/// How the RPM digest lists of a directory differ from what is installed.
struct PackageComparison: Encodable {
    /// The directory that holds the database.
    var database: String
    /// The number of packages.
    var installed: Int?
    /// The lists of packages that are not installed, by file name.
    var stale: [String] = []
    /// Why the database cannot tell.
    var error: String?

    /// Compares.
    ///
    /// - Parameters:
    ///   - directory: The directory of lists.
    ///   - location: Where the database is.
    /// - Returns: `nil` where this machine has no database.
    init?(of directory: Path, with location: DatabaseLocation) {
        database = ""
        do throws(CommandError) {
            // Names can be told without the digests of headers.
            let librpm = try Librpm(checksDigests: false)
            if case .machine = location, try location.find() == nil { return nil }
            let database = try PackageDatabase(at: location, librpm)
            self.database = database.directory.text
            let files = try Self.names(in: directory)
            let lists = try Self.read(database)
            installed = lists.packages
            stale = lists.stale(in: files).map(\.text)
        } catch {
            self.error = error.text
        }
    }

    private static func names(in directory: Path) throws(CommandError) -> [Path] {
        do { return try entries(of: directory) } catch {
            throw CommandError("\(directory.text): \(error.text)")
        }
    }

    private static func read(_ database: PackageDatabase) throws(CommandError) -> InstalledLists {
        var lists = InstalledLists()
        var problem: String?
        try database.forEach { header in
            lists.add(header)
            return true
        } _: {
            switch $0 {
            case .broken(let text), .ended(let text): problem = problem ?? text
            case .warning: break
            }
        }
        if let problem { throw CommandError("\(database.directory.text): \(problem)") }
        return lists
    }
}
