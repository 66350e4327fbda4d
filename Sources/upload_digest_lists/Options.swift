import CLinux
import StaticProgram

/// What the command line asks for.
struct Options {
    /// `add` or `del`, for the parsers, or `add-compact` or `replace-compact`.
    let operation: UnsafePointer<CChar>
    /// The path of the directory of digest lists.
    let directory: UnsafePointer<CChar>
    /// The path of the directory whose lists those of the other replace; `nil` where they do not.
    let old: UnsafePointer<CChar>?
    /// The interface's directory; `nil` for the kernel's own.
    let interface: UnsafePointer<CChar>?
    /// How long to wait for an interface that somebody else has open, in seconds.
    let wait: UInt32

    /// Whether it is the kernel that is to read lists.
    var isForKernel: Bool { Self.isForKernel(operation) }

    /// Reads the command line.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    /// - Throws: ``Answer`` where there is no work to do.
    init(_ arguments: [UnsafePointer<CChar>]) throws(Answer) {
        var reader = OptionReader(arguments)
        var interface: UnsafePointer<CChar>?
        var wait: UInt32?
        while try reader.next() {
            if let value = try reader.value(of: "--interface") {
                interface = value
            } else if let seconds = try reader.number(
                of: "--wait", orElse: "not a number of seconds: ")
            {
                wait = seconds
            } else {
                throw reader.unknown
            }
        }
        let words = reader.words
        guard let operation = words.first else { throw .wrong(Message("no operation is given")) }
        guard Self.isForKernel(operation) || Self.isForParsers(operation) else {
            throw .wrong(Message("not an operation: ", operation))
        }
        guard Self.isForKernel(operation) || (interface == nil && wait == nil) else {
            throw .wrong(Message("--interface and --wait are not for add and del"))
        }
        guard words.count > 1 else { throw .wrong(Message("no directory is given")) }
        if Self.replaces(operation) {
            guard words.count == 3 else { throw .wrong(Message("not two directories")) }
        } else {
            guard words.count == 2 else { throw .wrong(Message("more than one directory")) }
        }
        self.operation = operation
        directory = words[words.count - 1]
        old = Self.replaces(operation) ? words[1] : nil
        self.interface = interface
        self.wait = wait ?? 30
    }

    private static func isForKernel(_ operation: UnsafePointer<CChar>) -> Bool {
        strcmp(operation, "add-compact") == 0 || replaces(operation)
    }

    private static func replaces(_ operation: UnsafePointer<CChar>) -> Bool {
        strcmp(operation, "replace-compact") == 0
    }

    private static func isForParsers(_ operation: UnsafePointer<CChar>) -> Bool {
        strcmp(operation, "add") == 0 || strcmp(operation, "del") == 0
    }

    /// What `--help` prints.
    static let help: StaticString = """
        usage: upload_digest_lists add|del DIR
               upload_digest_lists [--interface DIR] [--wait SECONDS] add-compact DIR
               upload_digest_lists [--interface DIR] [--wait SECONDS]
                   replace-compact OLD DIR

        Has the digest lists of a directory uploaded to the kernel (add), or what was
        uploaded for them deleted from it (del). For each format that the names of the
        lists tell, other than compact, it runs the parser FORMAT_parser of its own
        directory. What these need of procfs, sysfs and securityfs is mounted meanwhile.
        The kernel starts the program so when it boots.

        add-compact has the kernel read those compact lists of the directory that it
        does not have: they came later than the kernel's start. replace-compact does
        so, and when it has all of them, has it delete those of the directory OLD that
        are others.

          --interface DIR  DIGLIM's directory, instead of the kernel's own on
                           securityfs (/sys/kernel/security/integrity/diglim)
          --wait SECONDS   how long to wait while somebody else uses the interface
                           (default: 30)
          -h, --help       print this text
          -V, --version    print the version

        Exit status: 0 all is well, 1 something failed, 2 wrong usage, 3 no interface;
        that of the worst parser, where parsers were run.

        """
}
