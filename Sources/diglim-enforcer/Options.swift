import CommandLineTool
import DigestList

/// What the command line asks for.
struct Options {
    /// The directory to mount on.
    var mountpoint: Path
    /// The mode that is wanted; `nil` where none is named.
    var mode: Mode?
    /// For how many seconds.
    var duration: UInt64?
    /// Whether to enforce what would stop something that runs.
    var force: Bool
    /// Whether root's lists count as they are.
    var unsigned: Bool
    /// The directory of the lists.
    var lists: Path
    /// The directory of the keys that sign them.
    var keys: Path
    /// The numbering of types.
    var abi: ABI
    /// For how many digests there is to be room.
    var capacity: Int
    /// Whether to stay in the foreground.
    var isForeground: Bool
    /// Whether nothing is decided.
    var isDryRun: Bool

    /// Room for the files of any distribution, in 16 MiB and what is used of it.
    static let defaultCapacity = 1 << 20

    /// Takes the options from a command line.
    ///
    /// - Parameter arguments: The command line.
    /// - Throws: ``UsageError`` where it makes no sense.
    init(_ arguments: CommandArguments) throws(UsageError) {
        func parse<Value>(
            _ name: String, _ parse: (String) -> Value?
        ) throws(UsageError) -> Value? {
            guard let value = arguments.value(of: name) else { return nil }
            guard let result = parse(value.text) else {
                throw UsageError(text: "--\(name): '\(value.text)' is no such value")
            }
            return result
        }
        mode = try parse("mode", Mode.init(rawValue:))
        duration = try parse("for", Self.seconds)
        capacity = try parse("max-digests", Self.capacity) ?? Self.defaultCapacity
        force = arguments.has("force")
        unsigned = arguments.has("unsigned")
        lists = arguments.value(of: "lists") ?? Path("/etc/digest_lists")
        keys = arguments.value(of: "keys") ?? Path("/etc/diglim/keys")
        abi = try arguments.abi()
        isForeground = arguments.has("foreground")
        isDryRun = arguments.has("dry-run")
        guard let mountpoint = arguments.operands.first else {
            throw UsageError(text: "no mount point given")
        }
        guard arguments.operands.count == 1 else {
            throw UsageError(text: "more than one mount point given")
        }
        self.mountpoint = mountpoint
        guard mode == .enforce || duration == nil && !force else {
            throw UsageError(text: "--for and --force go with --mode enforce")
        }
        guard !isDryRun || mode == nil else {
            throw UsageError(text: "--dry-run decides nothing, so there is no --mode")
        }
    }

    /// A time such as `90`, `30s`, `10min` or `2h`.
    static func seconds(_ value: String) -> UInt64? {
        let units: [(String, UInt64)] = [
            ("min", 60), ("sec", 1), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1),
        ]
        guard let (suffix, factor) = units.first(where: { value.hasSuffix($0.0) }),
            let number = UInt64(value.dropLast(suffix.count))
        else { return nil }
        let (seconds, isTooLong) = number.multipliedReportingOverflow(by: factor)
        guard !isTooLong, (1...ModeRequest.maximumDuration).contains(seconds) else { return nil }
        return seconds
    }

    private static func capacity(_ value: String) -> Int? {
        guard let number = Int(value), (1...1 << 30).contains(number) else { return nil }
        return number
    }
}

extension Command {
    /// `diglim-enforcer` itself.
    static let enforcer = Command(
        name: "diglim-enforcer",
        summary: "Offers DIGLIM's interface on kernels without DIGLIM, and decides by its lists.",
        usage: """
            Usage: diglim-enforcer [OPTION]... MOUNTPOINT

            Offers DIGLIM's interface in the directory MOUNTPOINT, and decides by the
            digest lists that are uploaded there what may be executed, mapped as code or
            loaded by the kernel, with BPF programs at the hooks of the security modules.
            Only files of signed lists are allowed. Where an enforcer serves MOUNTPOINT
            already, --mode changes its mode.
            """,
        options: [
            .value(
                "mode", "MODE", .choice(["audit", "enforce"]),
                "audit says what would be refused, enforce refuses it (default: audit)"),
            .value("for", "TIME", .text, "go back to audit after TIME, such as 30s, 10min or 2h"),
            .flag("force", "enforce even if something that runs would be refused"),
            .flag("unsigned", "let lists count that nobody has signed"),
            .value(
                "lists", "DIR", .directory,
                "where the lists' files are (default: /etc/digest_lists)"),
            .value(
                "keys", "DIR", .directory,
                "certificates and OpenPGP keys of the signers (default: /etc/diglim/keys)"),
            .abi("numbering of types, name of the label file"),
            .value(
                "max-digests", "N", .text,
                "room for so many digests (default: \(Options.defaultCapacity))"),
            .flag("dry-run", "offer the interface and verify lists, but decide nothing"),
            .flag("foreground", "stay in the foreground"),
        ],
        operands: .directory,
        notes: """
            diglim.mode=audit on the kernel's command line wins over --mode enforce.
            """,
        run: { arguments, messages in
            try Program.run(Options(arguments), messages)
        }
    ).asProgram()
}
