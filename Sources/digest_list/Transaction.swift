import CLinux
import CRPMDatabase
import LinuxFiles
import PackageHeader

/// One of rpm's transactions, and what it does to digest lists.
///
/// A package that is worked on has a mark in the directory of lists, from before its list is
/// written or deleted until the package is installed or gone. What still has a mark at the end of
/// the transaction has come to neither, or is of a transaction that was killed: its list is made to
/// be what the database says.
final class Transaction {
    private let transactionSet: OpaquePointer
    private let settings: Settings
    /// What brings lists to the kernel; `nil` where that is not to be done.
    private let parser: Parser?
    /// The directory of lists, below the transaction's root; opened when rpm is inside that.
    private var directory: ListDirectory?
    /// Whether the kernel has lists that only a comparison with the whole directory tells.
    private var needsSync = false

    /// Begins.
    ///
    /// - Parameter transactionSet: librpm's transaction set.
    init(_ transactionSet: OpaquePointer) {
        self.transactionSet = transactionSet
        settings = Settings()
        // What is installed below another root is not what this kernel runs.
        let root: StaticString = "/"
        let isHere = strcmp(rpmtsRootDir(transactionSet) ?? root.cString, root.cString) == 0
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
        guard case .package = header.content else { return true }
        open(creating: true)
        do throws(ListFailure) {
            let name = try listName(of: header)
            guard let list = try list(of: header) else { throw ListFailure(.noRegion) }
            do throws(Errno) {
                try directory?.mark(name)
                try write(list.bytes, as: name)
            } catch {
                throw ListFailure(.write, error)
            }
            return upload(name) || !settings.isEnforced
        } catch {
            warn(of: header, error)
            return !settings.isEnforced
        }
    }

    /// Takes the list of a package back that could not be installed.
    ///
    /// - Parameters:
    ///   - header: The package's header.
    ///   - succeeded: Whether rpm did what it set out to do.
    ///   - recorded: Whether the package has come into the database.
    func endInstallation(
        of header: consuming PackageHeader, succeeded: Bool, recorded: Bool
    ) {
        guard let name = try? listName(of: header), directory?.isMarked(name) == true else {
            return
        }
        if usesDatabase ? recorded : succeeded {
            directory?.unmark(name)
        } else if !succeeded {
            settle(name)
        }
    }

    /// Notes that a package is going to be removed.
    ///
    /// - Parameter header: The package's header.
    func beginRemoval(of header: consuming PackageHeader) {
        guard case .package = header.content, let name = try? listName(of: header) else { return }
        open(creating: false)
        // Without a mark only a transaction that is killed leaves a list behind.
        try? directory?.mark(name)
    }

    /// Deletes the list of a package that is gone.
    ///
    /// - Parameters:
    ///   - header: The package's header.
    ///   - succeeded: Whether rpm did what it set out to do.
    ///   - recorded: Whether the package is still in the database.
    func endRemoval(of header: consuming PackageHeader, succeeded: Bool, recorded: Bool) {
        guard case .package = header.content, let name = try? listName(of: header) else { return }
        if usesDatabase ? recorded : !succeeded {
            directory?.unmark(name)
        } else {
            settle(name, without: header.databaseInstance)
        }
    }

    /// Settles what has come to no end, in this transaction or in one that was killed, and ends.
    func end() {
        for name in directory?.marked() ?? [] { settle(name) }
        if needsSync, let parser { _ = parser.run(.sync, settings.directory) }
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
    }

    /// Makes a list what the database says: that of an installed package, or none.
    ///
    /// - Parameters:
    ///   - name: The list's file name.
    ///   - instance: The number of a package that does not count; 0 for none.
    private func settle(_ name: CString, without instance: UInt32 = 0) {
        var isInstalled = false
        installedPackage(with: name, in: transactionSet, without: instance) { header in
            isInstalled = true
            guard let list = try? list(of: header) else { return }
            do throws(Errno) {
                try write(list.bytes, as: name)
                _ = upload(name)
            } catch {
                warn(of: header, ListFailure(.write, error))
            }
        }
        if !isInstalled { delete(name) }
        directory?.unmark(name)
    }

    private func write(_ list: [UInt8], as name: CString) throws(Errno) {
        // What the file held before is loaded under the same label.
        if try directory?.write(list, as: name) == .replaced { needsSync = true }
    }

    private func upload(_ name: CString) -> Bool {
        parser?.run(.add, settings.path(of: name)) ?? true
    }

    /// Deletes a list from the kernel, then its file.
    private func delete(_ name: CString) {
        if let parser {
            // The kernel has the digests of twins once, under one of the labels. What is to go,
            // only a look at the whole directory tells.
            if LoadedLabels(of: settings.interface).hasTwin(of: name) {
                needsSync = true
            } else {
                _ = parser.run(.delete, settings.path(of: name))
            }
        }
        do throws(Errno) { try directory?.remove(name) } catch {
            warn(settings.path(of: name), "cannot remove", error)
        }
    }
}
