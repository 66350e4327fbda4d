import CRPMDatabase
import PackageHeader

/// Calls a function with the installed package that a list stands for, if there is one.
///
/// - Parameters:
///   - name: The list's file name.
///   - transactionSet: librpm's transaction set, whose database is open.
///   - gone: The numbers of packages that do not count.
///   - body: The function.
func installedPackage(
    with name: CString, in transactionSet: OpaquePointer, without gone: [UInt32],
    _ body: (borrowing PackageHeader) -> Void
) {
    guard let package = packageName(in: name) else { return }
    let tag = rpmDbiTagVal(RPMDBI_NAME.rawValue)
    guard let iterator = rpmtsInitIterator(transactionSet, tag, package, 0) else { return }
    defer { rpmdbFreeIterator(iterator) }
    while let next = rpmdbNextIterator(iterator) {
        let header = PackageHeader(taking: headerLink(next))
        if gone.contains(header.databaseInstance) { continue }
        // The same version and release of two epochs have one list.
        guard (try? listName(of: header)) == name else { continue }
        return body(header)
    }
}

/// The package's name in a list's: without position, type and format, version and release.
private func packageName(in listName: CString) -> CString? {
    let hyphens = listName.indices.filter { listName[$0] == CChar(UInt8(ascii: "-")) }
    guard hyphens.count >= 5 else { return nil }
    return listName[hyphens[2] + 1..<hyphens[hyphens.count - 2]] + [0]
}
