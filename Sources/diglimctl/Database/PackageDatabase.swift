import CRPMDatabase
import CommandLineTool
import Glibc
import ListVerification
import PackageHeader

/// The database of installed packages, read and never changed.
final class PackageDatabase {
    private let librpm: Librpm
    private let backend: DatabaseBackend
    /// The directory that holds the database.
    let directory: Path
    /// What librpm says of the database, which it can read nevertheless.
    let warnings: [String]
    /// How many packages there have to be by something else than the walk; 0 where nothing tells.
    ///
    /// Of the formats only SQLite tells where its packages end: with the others, librpm's walk ends
    /// without a word at some kinds of damage.
    private let expectedPackages: Int

    /// What else there is to tell of a walk.
    enum Incident {
        /// A header is broken, and has been passed over.
        case broken(String)
        /// What comes now could not be read.
        case ended(String)
        /// A warning.
        case warning(String)
    }

    /// Opens a database.
    ///
    /// - Parameters:
    ///   - location: Where it is.
    ///   - librpm: What reads it.
    /// - Throws: ``CommandError`` where there is none or librpm cannot read it.
    init(at location: DatabaseLocation, _ librpm: Librpm) throws(CommandError) {
        self.librpm = librpm
        (directory, backend) = try location.resolve()
        let copy = try DatabaseCopy(ifNeededFor: directory, backend)
        // A copy is removed once it is open, so that not even a killed process leaves one behind.
        defer { copy?.remove() }
        let path = copy?.path ?? directory
        let slots = try backend == .ndb ? NDBPackages.count(in: path, of: directory) : 0
        _ = path.withCString { rpmPushMacro(nil, "_dbpath", nil, $0, RMIL_CMDLINE) }
        rpmPushMacro(nil, "_db_backend", nil, backend.rawValue, RMIL_CMDLINE)
        let result = rpmtsOpenDB(librpm.transaction, O_RDONLY)
        let messages = LibrpmMessages.take()
        // librpm only warns where it falls back to a database that is always empty.
        if messages.contains(where: { $0.text.contains("dummy database") }) {
            throw CommandError("\(directory.text): this librpm cannot read \(backend.fileName)")
        }
        guard result == 0 else {
            let reason = messages.first(where: \.isError).map { ": \($0.text)" } ?? ""
            throw CommandError("\(directory.text): librpm cannot read this database\(reason)")
        }
        // With ndb they are about the index, of which there is a copy.
        warnings = backend == .ndb ? [] : messages.filter(\.isTrouble).map(\.text)
        expectedPackages =
            backend == .berkeley ? Self.countNames(librpm.transaction) : slots
    }

    deinit { rpmtsCloseDB(librpm.transaction) }

    /// Counts the packages in the index of names.
    private static func countNames(_ transaction: OpaquePointer) -> Int {
        guard
            let names = rpmdbIndexIteratorInit(
                rpmtsGetRdb(transaction), rpmDbiTag(RPMDBI_NAME.rawValue))
        else { return 0 }
        defer {
            rpmdbIndexIteratorFree(names)
            _ = LibrpmMessages.take()
        }
        var count = 0
        var key: UnsafeRawPointer?
        var size = 0
        while rpmdbIndexIteratorNext(names, &key, &size) == 0 {
            count += Int(rpmdbIndexIteratorNumPkgs(names))
        }
        return count
    }

    /// Calls a function for each package.
    ///
    /// - Parameters:
    ///   - body: The function; `false` ends the walk.
    ///   - incident: Is called with what else there is to tell.
    /// - Throws: ``CommandError`` where the database cannot be read.
    func forEach(
        _ body: (borrowing PackageHeader) -> Bool, _ incident: (Incident) -> Void
    ) throws(CommandError) {
        let packages = rpmDbiTagVal(RPMDBI_PACKAGES.rawValue)
        guard let iterator = rpmtsInitIterator(librpm.transaction, packages, nil, 0) else {
            throw CommandError(
                "\(directory.text): cannot read the database\(LibrpmMessages.takeReason())")
        }
        defer { rpmdbFreeIterator(iterator) }
        var (read, broken) = (0, 0)
        while true {
            let header = rpmdbNextIterator(iterator)
            // What librpm says where the walk ends is why it ends.
            var reasons: [String] = []
            for message in LibrpmMessages.take() where message.isTrouble {
                if !message.isError {
                    incident(.warning(message.text))
                } else if header != nil || Self.isPassedOver(message.text) {
                    broken += 1
                    incident(.broken(Self.readable(message.text)))
                } else if !reasons.contains(message.text) {
                    reasons.append(message.text)
                }
            }
            guard let header else {
                if reasons.isEmpty, read + broken < expectedPackages {
                    let place = backend == .ndb ? "table of slots" : "index of names"
                    reasons = ["the \(place) has \(expectedPackages)"]
                }
                if !reasons.isEmpty { incident(.ended(Self.end(after: read, reasons))) }
                return
            }
            read += 1
            guard body(PackageHeader(taking: headerLink(header))) else { return }
        }
    }

    private static func end(after count: Int, _ reasons: [String]) -> String {
        let packages = "\(count) \(count == 1 ? "package" : "packages")"
        return "the rest of the database cannot be read, after \(packages): "
            + reasons.joined(separator: "; ")
    }

    private static let passedOver = "rpmdbNextIterator: skipping h# "

    /// Whether librpm goes on behind the header that a message is about.
    private static func isPassedOver(_ message: String) -> Bool {
        message.hasPrefix(passedOver) || message.hasPrefix("rpmdb: damaged header #")
    }

    /// librpm's message of a header that it passes over, without the name of its function.
    private static func readable(_ message: String) -> String {
        guard message.hasPrefix(passedOver) else { return message }
        return "broken header passed over, number " + message.dropFirst(passedOver.count)
    }
}
