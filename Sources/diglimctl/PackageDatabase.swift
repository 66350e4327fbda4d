import CRPMDatabase
import CommandLineTool
import Glibc
import PackageHeader

/// The database of installed packages, read and never changed.
final class PackageDatabase {
    private let librpm: Librpm
    /// The directory that holds the database.
    let directory: Path

    /// Opens a database.
    ///
    /// - Parameters:
    ///   - location: Where it is.
    ///   - librpm: What reads it.
    /// - Throws: ``CommandError`` where there is none or librpm cannot read it.
    init(at location: DatabaseLocation, _ librpm: Librpm) throws(CommandError) {
        self.librpm = librpm
        let backend: DatabaseBackend
        (directory, backend) = try location.resolve()
        let copy = try backend == .sqlite ? DatabaseCopy(ifNeededFor: directory) : nil
        // A copy is removed once it is open, so that not even a killed process leaves one behind.
        defer { copy?.remove() }
        let path = copy?.path ?? directory
        _ = path.withCString { rpmPushMacro(nil, "_dbpath", nil, $0, RMIL_CMDLINE) }
        rpmPushMacro(nil, "_db_backend", nil, backend.rawValue, RMIL_CMDLINE)
        let result = rpmtsOpenDB(librpm.transaction, O_RDONLY)
        let reason = LibrpmMessages.takeReason()
        guard result == 0, reason.isEmpty else {
            // librpm only warns where it falls back to a database that is always empty.
            if reason.contains("dummy database") {
                throw CommandError(
                    "\(directory.text): this librpm cannot read \(backend.fileName)")
            }
            throw CommandError("\(directory.text): librpm cannot read this database\(reason)")
        }
    }

    deinit { rpmtsCloseDB(librpm.transaction) }

    /// Calls a function for each package.
    ///
    /// - Parameters:
    ///   - body: The function; `false` ends the walk.
    ///   - damaged: Is called with what librpm says of headers that it passes over.
    /// - Throws: ``CommandError`` where the database cannot be read.
    func forEach(
        _ body: (borrowing PackageHeader) -> Bool, damaged: (String) -> Void
    ) throws(CommandError) {
        let packages = rpmDbiTagVal(RPMDBI_PACKAGES.rawValue)
        guard let iterator = rpmtsInitIterator(librpm.transaction, packages, nil, 0) else {
            let reason = LibrpmMessages.takeReason()
            // librpm has no iterator for a database without packages either.
            if reason.isEmpty { return }
            throw CommandError("\(directory.text): cannot read the database\(reason)")
        }
        defer { rpmdbFreeIterator(iterator) }
        while true {
            let header = rpmdbNextIterator(iterator)
            for message in LibrpmMessages.take() where message.isTrouble {
                damaged(Self.readable(message.text))
            }
            guard let header else { return }
            guard body(PackageHeader(taking: headerLink(header))) else { return }
        }
    }

    /// librpm's message of a header that it passes over, without the name of its function.
    private static func readable(_ message: String) -> String {
        let start = "rpmdbNextIterator: skipping h# "
        guard message.hasPrefix(start) else { return message }
        return "broken header passed over, number " + message.dropFirst(start.count)
    }
}
