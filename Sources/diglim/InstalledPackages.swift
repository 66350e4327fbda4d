import CRPMDatabase
import PackageHeader

/// The installed packages of one name, version, release and architecture; they differ in epochs.
struct InstalledPackages: ~Copyable {
    private var headers: [OpaquePointer] = []
    /// Their epochs.
    private(set) var epochs: [UInt32] = []

    /// Finds the packages.
    ///
    /// - Parameters:
    ///   - list: The name of the list of one of them.
    ///   - transactionSet: librpm's transaction set, whose database is open.
    ///   - gone: The numbers of packages that do not count.
    init(like list: PackageListName, in transactionSet: OpaquePointer, without gone: [UInt32]) {
        let tag = rpmDbiTagVal(RPMDBI_NAME.rawValue)
        let package = cString(list.package)
        guard let iterator = rpmtsInitIterator(transactionSet, tag, package, 0) else { return }
        defer { rpmdbFreeIterator(iterator) }
        while let next = rpmdbNextIterator(iterator) {
            let header = PackageHeader(taking: headerLink(next))
            guard !gone.contains(header.databaseInstance),
                let name = try? listName(of: header), name.plain == list.plain
            else { continue }
            headers.append(headerLink(next))
            epochs.append(name.epoch)
        }
    }

    deinit { for header in headers { headerFree(header) } }

    /// The lowest of their epochs; 0 where there are none.
    var lowestEpoch: UInt32 { epochs.min() ?? 0 }

    /// The number of packages.
    var count: Int { headers.count }

    /// The header of a package.
    subscript(index: Int) -> PackageHeader { PackageHeader(taking: headerLink(headers[index])) }
}
