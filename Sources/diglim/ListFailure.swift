import CRPMPlugin
import LinuxFiles
import PackageHeader
import RPMHeader

/// Why a package has no digest list, or one that lacks something.
struct ListFailure: Error {
    /// The ways in which a list can fail.
    enum Problem {
        case noRegion, write, noSignature
        case header(PackageHeaderError)
    }

    var problem: Problem
    /// The error of a system call.
    var errno: Errno?

    init(_ problem: Problem, _ errno: Errno? = nil) {
        self.problem = problem
        self.errno = errno
    }
}

/// The file name of a package's list.
func listName(of header: borrowing PackageHeader) throws(ListFailure) -> PackageListName {
    do throws(PackageHeaderError) {
        return try header.listName(position: [UInt8(ascii: "0")])
    } catch {
        throw ListFailure(.header(error))
    }
}

/// A package's list; `nil` where its header has no immutable region.
///
/// - Parameters:
///   - header: The package's header.
///   - earlier: The list that is there already, which has the signature that the header may have
///     lost.
func list(
    of header: borrowing PackageHeader, earlier: @autoclosure () -> [UInt8]?
) throws(ListFailure) -> PackageDigestList? {
    do throws(PackageHeaderError) {
        return try header.list(with: try header.signatures(orOf: earlier()).first)
    } catch {
        throw ListFailure(.header(error))
    }
}

/// Warns in rpm's log of a package's digest list.
func warn(of header: borrowing PackageHeader, _ failure: ListFailure) {
    let package = printableName(of: header)
    switch failure.problem {
    case .noRegion:
        warn(package, "no digest list, the header has no immutable region", nil)
    case .noSignature:
        warn(package, "no signature in the digest list, this librpm cannot read the package's", nil)
    case .write:
        warn(package, "cannot write the digest list", failure.errno)
    case .header(.header(let error)):
        let number = error.value.map { UInt($0) }
        withUnsafePointer(to: number ?? 0) {
            crpmplugin_warn_of_header(
                package, error.tag?.label.cString, error.problem.reason.cString,
                number == nil ? nil : $0)
        }
    case .header(let error):
        crpmplugin_warn(package, error.reason.cString, nil)
    }
}

/// A package's name, in which nothing is left that a terminal would obey.
private func printableName(of header: borrowing PackageHeader) -> CString {
    guard let name = try? header.name() else { return cString("package") }
    return cString(name.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") })
}

/// Warns in rpm's log.
///
/// - Parameters:
///   - subject: What it is about.
///   - reason: What is wrong with it.
///   - error: The error of the system call that failed.
func warn(_ subject: CString, _ reason: StaticString, _ error: Errno?) {
    crpmplugin_warn(subject, reason.cString, error?.reason)
}
