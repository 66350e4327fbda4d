import CLinux
import LinuxFiles
import StaticProgram

/// What the command line asks for.
struct Options {
    enum Operation { case add, delete, sync }

    let operation: Operation
    let paths: [UnsafePointer<CChar>]
    /// The interface's directory; `nil` for the kernel's own.
    private(set) var interface: UnsafePointer<CChar>?
    /// How long to wait for an interface that somebody else has open, in seconds.
    private(set) var wait: UInt32 = 30
    /// Where the summary goes besides the log; `nil` for nowhere.
    private(set) var reportDescriptor: Int32?
    /// Whether `sync` adds lists anew that IMA takes for less than what the parser uploads now.
    private(set) var isRenewing = false
    private(set) var isDryRun = false
    private(set) var isQuiet = false

    /// Reads the command line.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    /// - Throws: ``Answer`` where there is no work to do.
    init(_ arguments: [UnsafePointer<CChar>]) throws(Answer) {
        var reader = OptionReader(arguments)
        while try reader.next() {
            if reader.has("--dry-run", "-n") {
                isDryRun = true
            } else if reader.has("--quiet", "-q") {
                isQuiet = true
            } else if reader.has("--renew") {
                isRenewing = true
            } else if let value = try reader.value(of: "--interface") {
                interface = value
            } else if let seconds = try reader.number(
                of: "--wait", orElse: "not a number of seconds: ")
            {
                wait = seconds
            } else if let number = try reader.number(
                of: "--report-to", orElse: "not the number of a descriptor: ")
            {
                reportDescriptor = Int32(clamping: number)
            } else {
                throw reader.unknown
            }
        }
        guard let name = reader.words.first else { throw .wrong("no operation is given") }
        let known = Self.operations.first { strcmp($0.name.cString, name) == 0 }
        guard let known else { throw .wrong(Message("not an operation: ", name)) }
        operation = known.operation
        paths = Array(reader.words.dropFirst())
        guard !paths.isEmpty else { throw .wrong("no directory and no digest list is given") }
        guard operation != .sync || paths.count == 1 else {
            throw .wrong("more than one directory")
        }
        guard operation == .sync || !isRenewing else {
            throw .wrong("--renew goes with sync alone")
        }
    }

    private static let operations: [(name: StaticString, operation: Operation)] = [
        ("add", .add), ("del", .delete), ("sync", .sync),
    ]

    /// What `--help` prints.
    static let help: StaticString = """
        usage: rpm_parser [options] add|del PATH...
               rpm_parser [options] sync DIR

        Converts RPM digest lists to compact digest lists and uploads them to the
        kernel (add), deletes what was uploaded for them, also where the files are
        gone (del), or has it hold the lists of a directory and no others (sync).

          --interface DIR  DIGLIM's directory, instead of the kernel's own on
                           securityfs (/sys/kernel/security/integrity/diglim)
          --wait SECONDS   how long to wait for an interface in use (default: 30)
          --renew          for sync: add anew what IMA takes for less than new uploads
          -n, --dry-run    change nothing; tell what would be done
          -q, --quiet      tell only what failed
          -h, --help       print this text
          -V, --version    print the version

        Exit status: 0 all is well, 1 something failed, 2 wrong usage, 3 no interface.

        """
}
