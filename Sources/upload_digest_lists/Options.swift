import CLinux
import StaticProgram

/// What the command line asks for.
struct Options {
    /// `add` or `del`, for the parsers.
    let operation: UnsafePointer<CChar>
    /// The path of the directory of digest lists.
    let directory: UnsafePointer<CChar>

    /// Reads the command line.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    /// - Throws: ``Answer`` where there is no work to do.
    init(_ arguments: [UnsafePointer<CChar>]) throws(Answer) {
        for argument in arguments where argument[0] == CChar(UInt8(ascii: "-")) {
            if strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 { throw .help }
            if strcmp(argument, "--version") == 0 || strcmp(argument, "-V") == 0 { throw .version }
            throw .wrong(Message("unknown option: ", argument))
        }
        guard let operation = arguments.first else {
            throw .wrong(Message("no operation is given"))
        }
        guard strcmp(operation, "add") == 0 || strcmp(operation, "del") == 0 else {
            throw .wrong(Message("not an operation: ", operation))
        }
        guard arguments.count > 1 else { throw .wrong(Message("no directory is given")) }
        guard arguments.count == 2 else { throw .wrong(Message("more than one directory")) }
        self.operation = operation
        directory = arguments[1]
    }

    /// What `--help` prints.
    static let help: StaticString = """
        usage: upload_digest_lists add|del DIR

        Has the digest lists of a directory uploaded to the kernel (add), or what was
        uploaded for them deleted from it (del). For each format that the names of the
        lists tell, other than compact, it runs the parser FORMAT_parser of its own
        directory. What these need of procfs, sysfs and securityfs is mounted meanwhile.

        The kernel starts this program when it boots.

          -h, --help       print this text
          -V, --version    print the version

        Exit status: that of the worst parser; 0 all is well, 1 something failed,
        2 wrong usage.

        """
}
