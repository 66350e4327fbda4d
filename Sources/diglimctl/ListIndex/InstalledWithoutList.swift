import CommandLineTool
import DigestList
import PackageHeader

/// The packages of an RPM database that have no digest list.
struct InstalledWithoutList {
    /// A package.
    struct Package {
        /// The package as `name-version-release.arch`.
        var name: String
        /// The digest list that it would have; `nil` where no parser would take one.
        var list: [UInt8]?
    }

    /// The packages, by their names.
    private(set) var packages: [Package] = []
    /// What is wrong with the database; `nil` where all of it was read.
    private(set) var error: String?

    /// Compares a database with the lists of a directory.
    ///
    /// - Parameters:
    ///   - location: Where the database is.
    ///   - lists: The names of the lists.
    /// - Returns: `nil` where a system has no database.
    init?(in location: DatabaseLocation, lists: [Path]) {
        do throws(CommandError) {
            let librpm = try Librpm(checksDigests: false)
            if case .directory = location {} else if try location.find() == nil { return nil }
            let database = try PackageDatabase(at: location, librpm)
            var names = ListNames(position: [])
            try read(database) { _ = try? names.take($0) }
            let missing = names.all.subtracting(lists.compactMap(\.withoutPosition))
            if missing.isEmpty { return }
            var packages: [Package] = []
            try read(database) { header in
                guard let name = try? names.name(of: header), missing.contains(name),
                    let package = try? header.name()
                else { return }
                let list = try? header.list()?.bytes
                packages.append(Package(name: Path(bytes: package).text, list: list))
            }
            self.packages = packages.sorted { $0.name < $1.name }
        } catch {
            self.error = error.text
        }
    }

    /// Goes through the packages.
    private mutating func read(
        _ database: PackageDatabase, _ body: (borrowing PackageHeader) -> Void
    ) throws(CommandError) {
        var problem: String?
        try database.forEach { header in
            if case .package = header.content { body(header) }
            return true
        } _: {
            switch $0 {
            case .broken(let text), .ended(let text): problem = problem ?? text
            case .warning: break
            }
        }
        if let problem { error = "\(database.directory.text): \(problem)" }
    }
}

extension Path {
    /// The name of a digest list without its position; `nil` for what is none.
    fileprivate var withoutPosition: Path? {
        bytes.withUnsafeBytes { bytes in
            ListName(bytes.bytes).map { Path(bytes: Array(bytes[$0.position.upperBound...])) }
        }
    }
}
