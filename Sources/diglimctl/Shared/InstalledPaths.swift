import CommandLineTool

/// Where things are on a machine that the packages were installed on.
enum InstalledPaths {
    /// The directory of digest lists.
    static let lists = Path("/etc/digest_lists")
    /// Where in the directory of digest lists those of packages are kept that a list combines: they
    /// are not loaded, and tell which package its digests are from.
    static let packages = "packages"
    /// The certificates and keys of those whose lists count for the enforcer.
    static let keys = Path("/etc/diglim/keys")
    /// The parser, where the kernel's uploader looks for it.
    static let parser = Path("/usr/libexec/diglim/rpm_parser")
    /// The unit that keeps the kernel and the directory equal.
    static let unit = "diglim-parser.service"
}
