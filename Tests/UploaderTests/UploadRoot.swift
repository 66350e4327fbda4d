import BlackBox
import Foundation

/// A root directory as the program finds it at boot: mount points where nothing is mounted yet,
/// parsers beside the program, and nothing in `/dev`.
struct UploadRoot {
    static let lists = "/etc/digest_lists"
    static let programs = "/usr/libexec/diglim"
    /// Where the emulator is, which is not on securityfs.
    static let interface = "/run/diglim"
    private static let program = "\(programs)/upload_digest_lists"

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for path in [
            Self.programs, Self.lists, "/proc", "/sys", "/dev", "/record", "/behaviour", "/real",
            "/run",
        ] {
            try directory.makeDirectory(path)
        }
        try copy(Program.uploader.path, to: Self.program)
    }

    /// Copies a program into the root.
    func copy(_ program: String, to path: String) throws {
        try FileManager.default.copyItem(atPath: program, toPath: directory.path(path))
    }

    /// Puts a stand-in in the place of a parser.
    ///
    /// - Parameters:
    ///   - format: The format of the parser's lists.
    ///   - behaviour: What the stand-in does after it has written down what it finds.
    func addParser(_ format: String, _ behaviour: String = "exit 0") throws {
        let path = "\(Self.programs)/\(format)_parser"
        try directory.write(StandIn.executable.get(), to: path)
        chmod(directory.path(path), 0o755)
        try directory.write(behaviour, to: "/behaviour/\(format)_parser")
    }

    /// Puts files into the directory of digest lists.
    func addLists(_ names: String...) throws {
        for name in names { try directory.write("", to: "\(Self.lists)/\(name)") }
    }

    /// The lines that a stand-in has written.
    func record(of format: String) throws -> [String] {
        try lines("/record/\(format)_parser")
    }

    /// The stand-ins that have run, in that order.
    func runs() throws -> [String] {
        guard try directory.names(in: "/record").contains("runs") else { return [] }
        return try lines("/record/runs")
    }

    /// The lines of a file in the root.
    func lines(_ path: String) throws -> [String] {
        String(decoding: try directory.bytes(of: path), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }
}

extension UploadRoot {
    /// How a run ended.
    struct Run {
        var status: Int32
        var output: String
        var errors: [String]
        /// What is mounted in the root afterwards: mount point, options and type.
        var mounts: [String]
    }

    /// The command that runs the program as the kernel does: no environment, no descriptors, and
    /// `/` as working directory. It has its own view of what is mounted.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - closed: The standard descriptors that are closed.
    ///   - setup: Shell commands to run before; `$root` is the root directory.
    func command(
        _ arguments: [String], closed: Set<Int32> = [0, 1, 2], setup: String = ":"
    ) -> Command {
        let redirections = closed.sorted().map { "\($0)>&-" }.joined(separator: " ")
        let script = """
            root=$1; shift
            \(setup)
            env -i /usr/sbin/chroot "$root" \(Self.program) "$@" \(redirections)
            status=$?
            grep -F " $root/" /proc/self/mountinfo >"$root/record/mounts-after"
            exit $status
            """
        return Command(
            "unshare", ["--mount", "sh", "-c", script, "sh", directory.path] + arguments)
    }

    /// Runs the program as the kernel does.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - closed: The standard descriptors that are closed.
    ///   - setup: Shell commands to run before.
    func run(
        _ arguments: [String] = ["add", lists], closed: Set<Int32> = [0, 1], setup: String = ":"
    ) throws -> Run {
        try result(of: command(arguments, closed: closed, setup: setup).run())
    }

    /// What a run of the program has left.
    func result(of outcome: Outcome) throws -> Run {
        Run(
            status: outcome.status, output: outcome.output,
            errors: outcome.errorLines.map(String.init),
            mounts: try lines("/record/mounts-after").map { line in
                let fields = line.split(separator: " ").map(String.init)
                let type = fields.firstIndex(of: "-").map { fields[$0 + 1] } ?? ""
                return "\(fields[4].dropFirst(directory.path.count)) \(fields[5]) \(type)"
            }.filter { !$0.hasPrefix(Self.interface) })
    }
}

/// A program to be run in the place of a parser, compiled once.
private enum StandIn {
    static let executable = Result {
        let directory = try TemporaryDirectory()
        let source = Bundle.module.path(forResource: "Resources/stand-in", ofType: "c") ?? ""
        try output(of: "cc", "-static", "-O1", "-o", directory.path("stand-in"), source)
        return try directory.bytes(of: "stand-in")
    }
}
