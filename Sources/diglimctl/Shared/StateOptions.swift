import CommandLineTool
import DigestListTools

/// The options of commands that look at what is loaded.
extension CommandOption {
    /// `--interface`.
    static let interface = value(
        "interface", "DIR", .directory, "DIGLIM's directory (default: \(InterfaceFile.path) tells)")
    /// `--directory`.
    static let directory = value(
        "directory", "DIR", .directory,
        "the digest lists (default: \(InstalledPaths.lists.text))")
    /// `--dbpath`.
    static let database = value(
        "dbpath", "PATH", .directory,
        "the RPM database in the directory PATH, instead of the machine's own")
    /// `--keys`.
    static let keys = value(
        "keys", "DIR", .directory,
        "the enforcer's certificates and keys (default: \(InstalledPaths.keys.text))")
    /// `--parser`.
    static let parser = value(
        "parser", "PATH", .file, "the parser (default: \(InstalledPaths.parser.text))")
}
