import CommandLineTool
import DigestList
import InterfaceFileSystem

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
}

extension Command {
    /// `diglim-emulator` itself.
    static let emulator = Command(
        name: "diglim-emulator",
        summary: "Shows DIGLIM's interface, as a kernel would, in a directory.",
        usage: """
            Usage: diglim-emulator [OPTION]... MOUNTPOINT

            Shows DIGLIM's interface, as a kernel would, in the directory MOUNTPOINT.
            """,
        options: [
            .abi("numbering of types, name of the label file"),
            .value("log", "FILE", .file, "add a line for each operation to FILE"),
            .value(
                "actions", "N", .text,
                """
                actions of lists that are added, a sum of 1 measured, 2 appraised, 4 with \
                signature (default: 3)
                """),
            .value(
                "deletion-actions", "N", .text,
                "actions of uploads that delete (default: those of --actions)"),
            .value(
                "actions-for", "PATH=N", .text,
                "actions of all uploads by the executable PATH; may be repeated"),
            .value("fail-every", "N:ERRNO", .text, "let every Nth upload fail"),
            .value("fail-over", "BYTES:ERRNO", .text, "let uploads of more than BYTES fail"),
            .value("busy", "SECONDS", .text, "at first answer EBUSY to opens, for so long"),
            .value(
                "max-write", "BYTES", .text,
                "let larger writes come in pieces (default: \(Interface.maximumAllocation))"),
            .flag("foreground", "stay in the foreground"),
        ],
        operands: .directory,
        run: { arguments, _ in
            try Program.emulate(Options(arguments))
            return .success
        }
    ).asProgram()
}

extension Options {
    /// Takes the options from a command line.
    ///
    /// - Parameter arguments: The command line.
    /// - Throws: ``UsageError`` where it makes no sense.
    init(_ arguments: CommandArguments) throws(UsageError) {
        func parse<Value>(
            _ name: String, _ parse: (String) -> Value?, _ take: (Value) -> Void
        ) throws(UsageError) {
            for value in arguments.values(of: name).map(Self.text) {
                guard let result = parse(value) else {
                    throw UsageError(
                        text: "--\(name): '\(printable(value.utf8))' is no such value")
                }
                take(result)
            }
        }
        abi = try arguments.abi()
        log = arguments.value(of: "log").map(Self.text)
        isForeground = arguments.has("foreground")
        try parse("actions", LoadedList.Actions.init(argument:)) { actions = $0 }
        try parse("deletion-actions", LoadedList.Actions.init(argument:)) { deletionActions = $0 }
        try parse("actions-for", Self.pathAndActions) { writers.append($0) }
        try parse("fail-every", Self.countAndError) { faults.every = $0 }
        try parse("fail-over", Self.numberAndError) { faults.over = $0 }
        try parse("busy", Self.seconds) { faults.busy = $0 }
        try parse("max-write", Self.writeSize) { maximumWrite = $0 }
        guard let mountpoint = arguments.operands.first else {
            throw UsageError(text: "no mount point given")
        }
        guard arguments.operands.count == 1 else {
            throw UsageError(text: "more than one mount point given")
        }
        self.mountpoint = Self.text(mountpoint)
    }

    private static func text(_ path: Path) -> String { String(decoding: path.bytes, as: UTF8.self) }

    private static func countAndError(_ value: String) -> (Int, InterfaceError)? {
        numberAndError(value).flatMap { $0.0 == 0 ? nil : $0 }
    }

    private static func numberAndError(_ value: String) -> (Int, InterfaceError)? {
        let parts = value.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number >= 0,
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

extension LoadedList.Actions {
    fileprivate init?(argument: String) {
        guard let bits = UInt8(argument), bits <= Self.all.rawValue else { return nil }
        self.init(rawValue: bits)
    }
}
