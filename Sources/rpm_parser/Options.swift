import CLinux
import LinuxFiles
import StaticProgram

/// What the command line asks for.
struct Options {
    enum Operation { case add, delete, sync, watch }

    var operation = Operation.add
    var paths: [UnsafePointer<CChar>] = []
    /// The interface's directory; `nil` for the kernel's own.
    var interface: UnsafePointer<CChar>?
    /// How long to wait for an interface that somebody else has open, in seconds.
    var wait: UInt32 = 30
    /// The same as it was given.
    var waitText: UnsafePointer<CChar>?
    /// Where the summary goes besides the log; `nil` for nowhere.
    var reportDescriptor: Int32?
    /// Whether `sync` adds lists anew that IMA takes for less than what the parser uploads now.
    var isRenewing = false
    var isDryRun = false
    var isQuiet = false

    /// Reads the command line.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    /// - Throws: ``Answer`` where there is no work to do.
    init(_ arguments: [UnsafePointer<CChar>]) throws(Answer) {
        var words: [UnsafePointer<CChar>] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if strcmp(argument, "--") == 0 {
                words.append(contentsOf: rest)
                break
            } else if argument[0] == CChar(UInt8(ascii: "-")) {
                try take(argument, &rest)
            } else {
                words.append(argument)
            }
        }
        guard let operation = words.first else {
            throw .wrong(Message("no operation is given"))
        }
        self.operation = try Self.operation(named: operation)
        paths = Array(words.dropFirst())
        guard !paths.isEmpty else {
            throw .wrong(Message("no directory and no digest list is given"))
        }
        switch self.operation {
        case .add, .delete: break
        case .sync, .watch:
            guard paths.count == 1 else { throw .wrong(Message("more than one directory")) }
        }
        guard self.operation == .sync || !isRenewing else {
            throw .wrong(Message("--renew goes with sync alone"))
        }
        guard self.operation != .watch || !isDryRun else {
            throw .wrong(Message("--dry-run does not go with watch"))
        }
    }

    private static func operation(
        named name: UnsafePointer<CChar>
    ) throws(Answer) -> Operation {
        if strcmp(name, "add") == 0 { return .add }
        if strcmp(name, "del") == 0 { return .delete }
        if strcmp(name, "sync") == 0 { return .sync }
        if strcmp(name, "watch") == 0 { return .watch }
        throw .wrong(Message("not an operation: ", name))
    }

    private mutating func take(
        _ argument: UnsafePointer<CChar>, _ rest: inout ArraySlice<UnsafePointer<CChar>>
    ) throws(Answer) {
        if strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 { throw .help }
        if strcmp(argument, "--version") == 0 || strcmp(argument, "-V") == 0 { throw .version }
        if strcmp(argument, "--dry-run") == 0 || strcmp(argument, "-n") == 0 {
            isDryRun = true
        } else if strcmp(argument, "--quiet") == 0 || strcmp(argument, "-q") == 0 {
            isQuiet = true
        } else if strcmp(argument, "--renew") == 0 {
            isRenewing = true
        } else if let value = try Self.value(of: "--interface", argument, &rest) {
            interface = value
        } else if let value = try Self.value(of: "--wait", argument, &rest) {
            wait = try Self.number(value, "not a number of seconds: ")
            waitText = value
        } else if let value = try Self.value(of: "--report-to", argument, &rest) {
            reportDescriptor = Int32(
                clamping: try Self.number(value, "not the number of a descriptor: "))
        } else {
            throw .wrong(Message("unknown option: ", argument))
        }
    }

    /// The value of an option, behind an equals sign or in the next argument.
    private static func value(
        of option: StaticString, _ argument: UnsafePointer<CChar>,
        _ rest: inout ArraySlice<UnsafePointer<CChar>>
    ) throws(Answer) -> UnsafePointer<CChar>? {
        let length = option.utf8CodeUnitCount
        guard strncmp(argument, option.cString, length) == 0 else { return nil }
        if argument[length] == CChar(UInt8(ascii: "=")) { return argument + length + 1 }
        guard argument[length] == 0 else { return nil }
        guard let value = rest.popFirst() else {
            throw .wrong(Message("no value given to ", argument))
        }
        return value
    }

    private static func number(
        _ text: UnsafePointer<CChar>, _ reason: StaticString
    ) throws(Answer) -> UInt32 {
        guard let number = decimal(text).flatMap({ UInt32(exactly: $0) }) else {
            throw .wrong(Message(reason, text))
        }
        return number
    }

    /// What `--help` prints.
    static let help: StaticString = """
        usage: rpm_parser [options] add|del PATH...
               rpm_parser [options] sync|watch DIR

        Converts RPM digest lists to compact digest lists and uploads them to the
        kernel (add), or deletes from the kernel what was uploaded for them (del).
        PATH is a directory of digest lists or one of its files. For del, the files
        may be gone already.

        sync uploads the lists of a directory that the kernel does not have, then
        deletes from it the RPM digest lists that are not in the directory. watch does
        so at once and whenever the directory changes, until SIGTERM.

          --interface DIR  DIGLIM's directory, instead of the kernel's own on
                           securityfs (/sys/kernel/security/integrity/diglim)
          --wait SECONDS   how long to wait while somebody else uses the interface
                           (default: 30)
          --renew          for sync: lists that IMA takes for less than what is uploaded
                           now are deleted and added again
          -n, --dry-run    change nothing; tell what would be done
          -q, --quiet      tell only what failed
          -h, --help       print this text
          -V, --version    print the version

        Exit status: 0 all is well, 1 something failed, 2 wrong usage, 3 no interface.

        """
}
