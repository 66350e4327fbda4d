import CLinux
import CRPMDatabase
import LinuxFiles
import PackageHeader

/// One of rpm's transactions, and what it does to digest lists.
///
/// A package that is worked on has a mark in the directory of lists, from before its list is
/// written until the package is installed, or from before it is removed. What has a mark at the end
/// of the transaction is gone or was not installed, or is of a transaction that was killed: its list
/// is made to be what the database says.
final class Transaction {
    private let transactionSet: OpaquePointer
    private let settings: Settings
    /// What brings lists to the kernel; `nil` where that is not to be done.
    private let parser: Parser?
    /// The directory of lists, below the transaction's root; opened when rpm is inside that.
    private var directory: ListDirectory?
    /// The mark that goes when the package is installed.
    private var current: CString?
    /// The lists of packages that are being removed and could not be marked.
    private var unmarked: [CString] = []
    /// The numbers of packages that are gone, although the database still has them.
    private var gone: [UInt32] = []
    /// Whether the kernel has lists that only a comparison with the whole directory tells.
    private var needsSync = false

    /// Begins.
    ///
    /// - Parameter transactionSet: librpm's transaction set.
    init(_ transactionSet: OpaquePointer) {
        self.transactionSet = transactionSet
        // What is installed below another root is not what this kernel runs.
        let root: StaticString = "/"
        let isHere = strcmp(rpmtsRootDir(transactionSet) ?? root.cString, root.cString) == 0
        settings = Settings(isHere: isHere)
        parser = isHere && settings.hasInterface ? Parser(settings) : nil
    }

    /// Whether the database tells what is installed.
    private var usesDatabase: Bool {
        rpmtsFlags(transactionSet) & rpmtransFlags(RPMTRANS_FLAG_NODB.rawValue) == 0
    }
}

// MARK: - Packages

extension Transaction {
    /// Writes and uploads the list of a package that is going to be installed.
    ///
    /// - Parameter header: The package's header.
    /// - Returns: Whether the package may be installed.
    func beginInstallation(of header: consuming PackageHeader) -> Bool {
        current = nil
        guard case .package = header.content else { return true }
        open(creating: true)
        do throws(ListFailure) {
            let (name, isAlone) = try freeName(for: header)
            guard let list = try list(of: header, earlier: directory?.list(name)) else {
                throw ListFailure(.noRegion)
            }
            if !list.isSigned, header.mayHaveLostSignatures,
                !PackageHeader.librpmKnowsAllSignatures
            {
                warn(of: header, ListFailure(.noSignature))
            }
            do throws(Errno) {
                try directory?.mark(name)
                try write(list.bytes, as: name)
                if isAlone || !usesDatabase { current = name }
            } catch {
                throw ListFailure(.write, error)
            }
            return upload(name) || !settings.isEnforced
        } catch {
            warn(of: header, error)
            return !settings.isEnforced
        }
    }

    /// The name of a list until the end of the transaction, which no list of a package with
    /// another epoch can have, and whether there is no such package.
    private func freeName(
        for header: borrowing PackageHeader
    ) throws(ListFailure) -> (CString, isAlone: Bool) {
        let name = try listName(of: header)
        let installed = InstalledPackages(like: name, in: transactionSet, without: gone)
        if installed.epochs.allSatisfy({ $0 == name.epoch }) { return (cString(name.plain), true) }
        guard let own = name.withEpoch else { throw ListFailure(.header(.tooLong)) }
        return (cString(own), false)
    }

    /// Takes the mark of a package away that is installed; what has become of others is seen at the
    /// end.
    ///
    /// - Parameters:
    ///   - succeeded: Whether rpm did what it set out to do.
    ///   - recorded: Whether the package has come into the database.
    func endInstallation(succeeded: Bool, recorded: Bool) {
        guard let current else { return }
        // A mark tells the next transaction, if rpm is killed, that a comparison is due.
        if usesDatabase ? recorded && !needsSync : succeeded { directory?.unmark(current) }
    }

    /// Notes that a package is going to be removed. Its list stays to the end of the transaction.
    ///
    /// - Parameter header: The package's header.
    func beginRemoval(of header: consuming PackageHeader) {
        guard case .package = header.content, let list = try? listName(of: header) else { return }
        open(creating: false)
        // The end of the transaction knows from it both names that the list can have.
        let name = cString(list.name(lowestEpoch: 0) ?? list.plain)
        // Without a mark only a transaction that is killed leaves a list behind.
        do throws(Errno) {
            if try directory?.mark(name) == nil { unmarked.append(name) }
        } catch {
            unmarked.append(name)
        }
    }

    /// Notes that a package is gone that the database keeps.
    ///
    /// - Parameters:
    ///   - header: The package's header.
    ///   - succeeded: Whether rpm did what it set out to do.
    func endRemoval(of header: consuming PackageHeader, succeeded: Bool) {
        if succeeded, !usesDatabase { gone.append(header.databaseInstance) }
    }

    /// Settles what is gone or has come to no end, in this transaction or in one that was killed,
    /// and ends.
    ///
    /// The marks go last and files go before what is loaded for them: wherever rpm is killed, the
    /// next transaction does the rest, and `rpm_parser sync` deletes what has no file.
    func end() {
        let names = (directory?.marked() ?? []) + unmarked
        var settlement = Settlement()
        for name in names { settle(name, in: &settlement) }
        bringToDisk()
        _ = parser?.run(.add, settlement.written.map { settings.path(of: $0) })
        delete(settlement.left)
        if needsSync { _ = parser?.run(.sync, [settings.directory]) }
        for name in names { directory?.unmark(name) }
    }
}

// MARK: - Lists

extension Transaction {
    /// Opens the directory of lists, now that rpm is inside the transaction's root.
    private func open(creating: Bool) {
        guard directory == nil else { return }
        do throws(Errno) {
            directory = try ListDirectory(path: settings.directory, creating: creating)
        } catch {
            if creating || error != .noEntry { warn(settings.directory, "cannot open", error) }
            return
        }
        directory?.removeUnfinished()
        // A transaction that was killed may have replaced a list whose old contents are loaded.
        if directory?.marked().isEmpty == false { needsSync = true }
    }

    /// What the database says of lists.
    private struct Settlement {
        /// The names of those that stand for installed packages, and are in their places.
        var written: [CString] = []
        /// The names that stand for no package.
        var left: [CString] = []
    }

    /// Makes the lists of packages that differ in nothing but epochs what the database says; what
    /// is to go stays for ``delete(_:)``.
    ///
    /// - Parameters:
    ///   - name: The file name of a list of one of them.
    ///   - settlement: What has become of the lists.
    private func settle(_ name: CString, in settlement: inout Settlement) {
        var names = [name]
        var right: [CString] = []
        if let list = PackageListName(name.dropLast().map { UInt8(bitPattern: $0) }) {
            let installed = InstalledPackages(like: list, in: transactionSet, without: gone)
            names.append(cString(list.plain))
            for index in 0..<installed.count {
                let header = installed[index]
                guard let own = try? listName(of: header) else { continue }
                // An epoch of 0 is in the name only within a transaction, and then marked.
                if own.epoch > 0, let name = own.withEpoch { names.append(cString(name)) }
                guard let name = own.name(lowestEpoch: installed.lowestEpoch) else {
                    warn(of: header, ListFailure(.header(.tooLong)))
                    continue
                }
                // Of two packages that are the same but for their contents, the first counts.
                if right.contains(cString(name)) { continue }
                right.append(cString(name))
                if write(listOf: header, as: cString(name)) {
                    settlement.written.append(cString(name))
                }
            }
        }
        for (index, name) in names.enumerated()
        where !right.contains(name) && !names[..<index].contains(name) {
            settlement.left.append(name)
        }
    }

    private func write(listOf header: borrowing PackageHeader, as name: CString) -> Bool {
        guard let list = try? list(of: header, earlier: directory?.list(name)) else {
            return false
        }
        do throws(Errno) {
            try write(list.bytes, as: name)
            return true
        } catch {
            warn(of: header, ListFailure(.write, error))
            return false
        }
    }

    private func write(_ list: [UInt8], as name: CString) throws(Errno) {
        // What the file held before is loaded under the same label.
        if try directory?.write(list, as: name) == .replaced { needsSync = true }
    }

    private func upload(_ name: CString) -> Bool {
        parser?.run(.add, [settings.path(of: name)]) ?? true
    }

    /// Brings the names of lists to the disk: once, since the disk of a journal has what was done
    /// first, so that a package's files are not there without its list.
    private func bringToDisk() {
        do throws(Errno) { try directory?.bringToDisk() } catch {
            warn(settings.directory, "cannot bring to the disk", error)
        }
    }

    /// Deletes lists: their files, and then all of them from the kernel.
    private func delete(_ names: [CString]) {
        guard !names.isEmpty else { return }
        for name in names {
            do throws(Errno) { try directory?.remove(name) } catch {
                warn(settings.path(of: name), "cannot remove", error)
            }
        }
        bringToDisk()
        _ = parser?.run(.delete, names.map { settings.path(of: $0) })
    }
}
