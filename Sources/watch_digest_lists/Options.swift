import CLinux
import LinuxFiles
import StaticProgram

/// What the command line asks for.
struct Options {
    /// The path of the watched directory.
    let directory: UnsafePointer<CChar>
    /// What the parser is given besides: options and their values.
    private(set) var parserOptions: [UnsafePointer<CChar>] = []

    /// Reads the command line.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    /// - Throws: ``Answer`` where there is no work to do.
    init(_ arguments: [UnsafePointer<CChar>]) throws(Answer) {
        var reader = OptionReader(arguments)
        while try reader.next() {
            if reader.has("--quiet", "-q") {
                parserOptions.append(Self.cString("--quiet"))
            } else if let interface = try reader.value(of: "--interface") {
                parserOptions += [Self.cString("--interface"), interface]
            } else if let wait = try reader.value(of: "--wait") {
                guard decimal(wait).flatMap({ UInt32(exactly: $0) }) != nil else {
                    throw .wrong(Message("not a number of seconds: ", wait))
                }
                parserOptions += [Self.cString("--wait"), wait]
            } else {
                throw reader.unknown
            }
        }
        guard let directory = reader.words.first else {
            throw .wrong(Message("no directory is given"))
        }
        guard reader.words.count == 1 else { throw .wrong(Message("more than one directory")) }
        self.directory = directory
    }

    private static func cString(_ text: StaticString) -> UnsafePointer<CChar> { text.cString }

    /// What `--help` prints.
    static let help: StaticString = """
        usage: watch_digest_lists [options] DIR

        Keeps the kernel and the RPM digest lists of a directory equal: runs rpm_parser
        sync, of its own directory, at once and whenever the directory changes, until
        SIGTERM. SIGHUP has it do so in between.

          --interface DIR  DIGLIM's directory, instead of the kernel's own on
                           securityfs (/sys/kernel/security/integrity/diglim)
          --wait SECONDS   how long to wait while somebody else uses the interface
                           (default: 30)
          -q, --quiet      tell only what failed
          -h, --help       print this text
          -V, --version    print the version

        Exit status: 0 ended by a signal, 1 something failed, 2 wrong usage, 3 no
        interface.

        """
}
