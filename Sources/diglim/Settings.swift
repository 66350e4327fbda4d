import CLinux
import CRPMDatabase
import CRPMPlugin
import DigestListTools
import KernelInterface
import LinuxFiles

/// What rpm's configuration says.
struct Settings {
    /// The directory of digest lists, `%_digest_list_dir`.
    let directory: CString
    /// The path of the parser, `%_digest_list_parser`.
    let parser: CString
    /// The interface's directory, `%_digest_list_interface`, or else what the machine's own file
    /// says; `nil` for the kernel's own.
    let ownInterface: CString?
    /// Whether a package whose list does not get into the kernel is not to be installed,
    /// `%_digest_list_enforce`.
    let isEnforced: Bool

    /// Reads the configuration.
    ///
    /// - Parameter isHere: Whether the transaction is on what this kernel runs, so that the
    ///   interface is wanted.
    init(isHere: Bool) {
        directory =
            Self.expand("%{?_digest_list_dir}") ?? cString("/etc/digest_lists")
        parser =
            Self.expand("%{?_digest_list_parser}")
            ?? cString("/usr/libexec/diglim/rpm_parser")
        ownInterface =
            Self.expand("%{?_digest_list_interface}") ?? (isHere ? Self.machinesInterface() : nil)
        let enforce: StaticString = "%{?_digest_list_enforce}"
        isEnforced = rpmExpandNumeric(enforce.cString) > 0
    }

    /// The interface's directory.
    var interface: CString { ownInterface ?? cString(Interface.defaultPath) }

    /// Whether there is an interface.
    var hasInterface: Bool {
        (try? FileDescriptor(path: interface, for: [.reading, .directory])) != nil
    }

    /// The path of a list.
    ///
    /// - Parameter name: The list's file name.
    func path(of name: CString) -> CString {
        let slash: StaticString = "/"
        return join(join(directory, slash.cString), name)
    }

    private static func machinesInterface() -> CString? {
        do throws(InterfaceFile.Failure) {
            return try InterfaceFile.directory().map { cString($0) }
        } catch {
            warn(cString(InterfaceFile.path), error.reason, error.errno)
            return nil
        }
    }

    private static func expand(_ macro: StaticString) -> CString? {
        var expanded: UnsafeMutablePointer<CChar>?
        guard rpmExpandMacros(nil, macro.cString, &expanded, 0) >= 0, let expanded else {
            return nil
        }
        defer { free(expanded) }
        return expanded[0] == 0 ? nil : cString(bytes(of: expanded))
    }
}
