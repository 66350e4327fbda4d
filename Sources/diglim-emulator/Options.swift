import CGlibc
import DigestList
import LinuxFiles

/// What the command line asks for.
struct Options {
    /// The directory to mount on.
    var mountpoint = ""
    /// The numbering of types.
    var abi = ABI.v3
    /// The file for the log, if any.
    var log: String?
    /// What IMA does with an upload that adds.
    var actions: LoadedList.Actions = [.measured, .appraised]
    /// What IMA does with an upload that deletes; the same as with one that adds unless given.
    var deletionActions: LoadedList.Actions?
    /// What IMA does with the uploads of some executables instead.
    var writers: [(executable: String, actions: LoadedList.Actions)] = []
    /// What goes wrong on request.
    var faults = Faults()
    /// The largest write that comes in one piece, in bytes.
    var maximumWrite = Interface.maximumAllocation
    /// Whether the program stays in the foreground.
    var isForeground = false

    /// What the command line is, if it is not in order.
    enum Outcome: Error, Equatable {
        /// It asks for help.
        case help
        /// It asks for the version.
        case version
        /// It is wrong, in one sentence; `nil` where that sentence has been printed.
        case wrong(String?)
    }
}

extension Options {
    /// The text of `--help`.
    static let help = """
        Usage: diglim-emulator [OPTION]... MOUNTPOINT
        Show DIGLIM's interface, as a kernel would, in the directory MOUNTPOINT.

          --abi v2|v3              numbering of types, name of the label file (v3)
          --log FILE               add a line for each operation to FILE
          --actions N              actions of lists that are added, a sum of
                                   1 measured, 2 appraised, 4 with signature (3)
          --deletion-actions N     actions of uploads that delete (of --actions)
          --actions-for PATH=N     actions of all uploads by the executable PATH
          --fail-every N:ERRNO     let every Nth upload fail
          --fail-over BYTES:ERRNO  let uploads of more than BYTES fail
          --busy SECONDS           at first answer EBUSY to opens, for so long
          --max-write BYTES        let larger writes come in pieces (4194304)
          --foreground             stay in the foreground
          --help                   print this
          --version                print the version

        """

    private static let program: StaticString = "diglim-emulator"

    /// The options, each by the number that stands for it with getopt.
    private enum Name: Int32, CaseIterable {
        case abi = 1
        case log
        case actions
        case deletionActions
        case actionsFor
        case failEvery
        case failOver
        case busy
        case maxWrite
        case foreground
        case help
        case version

        var text: StaticString {
            switch self {
            case .abi: "abi"
            case .log: "log"
            case .actions: "actions"
            case .deletionActions: "deletion-actions"
            case .actionsFor: "actions-for"
            case .failEvery: "fail-every"
            case .failOver: "fail-over"
            case .busy: "busy"
            case .maxWrite: "max-write"
            case .foreground: "foreground"
            case .help: "help"
            case .version: "version"
            }
        }

        var takesValue: Bool {
            switch self {
            case .foreground, .help, .version: false
            default: true
            }
        }
    }

    /// Takes the command line apart.
    ///
    /// - Parameters:
    ///   - count: The number of arguments, with the program's name.
    ///   - arguments: The arguments.
    init(
        count: Int32, arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) throws(Outcome) {
        // getopt's messages begin with the first argument.
        arguments[0] = UnsafeMutablePointer(mutating: Self.program.cString)
        let table = Name.allCases.map(Self.entry) + [option()]
        while true {
            let number = getopt_long(count, arguments, "", table, nil)
            if number == -1 { break }
            guard let name = Name(rawValue: number) else { throw .wrong(nil) }
            try take(name, value: cglibc_getopt_argument().map { String(cString: $0) } ?? "")
        }
        let index = Int(cglibc_getopt_index())
        guard index < Int(count), let mountpoint = arguments[index] else {
            throw .wrong("no mount point given")
        }
        guard index + 1 == Int(count) else { throw .wrong("more than one mount point given") }
        self.mountpoint = String(cString: mountpoint)
    }

    private static func entry(_ name: Name) -> option {
        option(
            name: name.text.cString, has_arg: name.takesValue ? required_argument : no_argument,
            flag: nil, val: name.rawValue)
    }

    private mutating func take(_ name: Name, value: String) throws(Outcome) {
        func parse<Value>(_ result: Value?) throws(Outcome) -> Value {
            guard let result else { throw .wrong("--\(name.text): '\(value)' is no such value") }
            return result
        }
        switch name {
        case .abi: abi = try parse(ABI(argument: value))
        case .log: log = value
        case .actions: actions = try parse(LoadedList.Actions(argument: value))
        case .deletionActions:
            deletionActions = try parse(LoadedList.Actions(argument: value))
        case .actionsFor: writers.append(try parse(Self.pathAndActions(value)))
        case .failEvery: faults.every = try parse(Self.numberAndError(value, minimum: 1))
        case .failOver: faults.over = try parse(Self.numberAndError(value, minimum: 0))
        case .busy: faults.busy = try parse(Self.seconds(value))
        case .maxWrite: maximumWrite = try parse(Self.writeSize(value))
        case .foreground: isForeground = true
        case .help: throw .help
        case .version: throw .version
        }
    }

    private static func numberAndError(
        _ value: String, minimum: Int
    ) -> (Int, InterfaceError)? {
        let parts = value.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number >= minimum,
            let error = InterfaceError(name: String(parts[1]))
        else { return nil }
        return (number, error)
    }

    private static func pathAndActions(_ value: String) -> (String, LoadedList.Actions)? {
        guard let sign = value.lastIndex(of: "="), sign != value.startIndex,
            let actions = LoadedList.Actions(argument: String(value[sign...].dropFirst()))
        else { return nil }
        return (String(value[..<sign]), actions)
    }

    private static func seconds(_ value: String) -> Duration? {
        guard let seconds = Double(value), (0...1e6).contains(seconds) else { return nil }
        return .seconds(seconds)
    }

    /// The kernel takes no less than a page; more than 4 MiB is refused anyway.
    private static func writeSize(_ value: String) -> Int? {
        guard let size = Int(value),
            (PageLimit.pageSize...Interface.maximumAllocation).contains(size)
        else { return nil }
        return size
    }
}

extension ABI {
    fileprivate init?(argument: String) {
        switch argument {
        case "v2": self = .v2
        case "v3": self = .v3
        default: return nil
        }
    }
}

extension LoadedList.Actions {
    fileprivate init?(argument: String) {
        guard let bits = UInt8(argument), bits <= Self.all.rawValue else { return nil }
        self.init(rawValue: bits)
    }
}
