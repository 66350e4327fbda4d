import CommandLineTool

/// The options of commands that look at what is loaded.
extension CommandOption {
    /// `--interface`.
    static let interface = value(
        "interface", "DIR", .directory, "DIGLIM's directory, instead of the kernel's own")
    /// `--directory`.
    static let directory = value(
        "directory", "DIR", .directory,
        "the digest lists (default: \(InstalledPaths.lists.text))")
    /// `--dbpath`.
    static let database = value(
        "dbpath", "PATH", .directory,
        "the RPM database in the directory PATH, instead of the machine's own")
    /// `--parser`.
    static let parser = value(
        "parser", "PATH", .file, "the parser (default: \(InstalledPaths.parser.text))")
}
