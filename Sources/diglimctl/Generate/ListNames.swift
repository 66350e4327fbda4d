import CommandLineTool
import PackageHeader

/// The file names of the digest lists of many packages: the name of each depends on the others.
struct ListNames {
    private let position: [UInt8]
    /// The epochs of the packages that differ in nothing else, the lowest first, by the name
    /// without an epoch.
    private var packages: [[UInt8]: [PackageListName]] = [:]

    /// Begins without packages.
    ///
    /// - Parameter position: The position of all lists, the digits in front of their names.
    init(position: [UInt8]) { self.position = position }

    /// Takes another package into account.
    ///
    /// - Parameter header: The package's header, which is not that of a source package or a key.
    /// - Returns: The package that has had the name without an epoch, and has it no more.
    /// - Throws: ``PackageHeaderError`` where the package can have no list.
    @discardableResult
    mutating func take(
        _ header: borrowing PackageHeader
    ) throws(PackageHeaderError) -> PackageListName? {
        let name = try header.listName(position: position)
        let others = packages[name.plain, default: []]
        if others.contains(where: { $0.epoch == name.epoch }) { return nil }
        packages[name.plain] = (others + [name]).sorted { $0.epoch < $1.epoch }
        return others.first.flatMap { name.epoch < $0.epoch ? $0 : nil }
    }

    /// The name of a package's list, among all packages that have been taken into account.
    ///
    /// - Parameter header: The package's header.
    /// - Throws: ``PackageHeaderError`` where the package can have no list.
    func name(of header: borrowing PackageHeader) throws(PackageHeaderError) -> Path {
        let list = try header.listName(position: position)
        guard let name = name(of: list) else { throw .tooLong }
        return name
    }

    /// The names of the lists of all packages that have been taken into account.
    var all: Set<Path> {
        Set(packages.values.joined().compactMap { name(of: $0) })
    }

    private func name(of list: PackageListName) -> Path? {
        let lowest = packages[list.plain]?.first?.epoch ?? list.epoch
        return list.name(lowestEpoch: lowest).map { Path(bytes: $0) }
    }
}
