import BlackBox
import Foundation
import Testing

/// A root directory as the program finds it at boot: the program, digest lists and the interface,
/// but neither `/proc` nor `/dev`.
struct BootRoot {
    static let lists = "/etc/digest_lists"
    private static let program = "/usr/libexec/diglim/rpm_parser"
    private static let interface = "/sys/kernel/security/integrity/diglim"

    let directory: TemporaryDirectory
    let emulator: MountedEmulator

    /// The names of the good lists.
    let names = ["a", "b", "c"].map { listName($0) }

    init() throws {
        directory = try TemporaryDirectory()
        for path in ["/usr/libexec/diglim", Self.lists] { try directory.makeDirectory(path) }
        try FileManager.default.copyItem(
            atPath: Program.parser.path, toPath: directory.path(Self.program))
        for (seed, name) in names.enumerated() {
            try directory.write(.package(seed), to: "\(Self.lists)/\(name)")
        }
        emulator = try MountedEmulator(options: [], on: Self.interface, in: directory)
    }

    /// The command that runs the program as the kernel does: no environment, no descriptors, and
    /// `/` as working directory.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - closed: The standard descriptors that are closed.
    ///   - namesInterface: Whether the interface is named: the emulator's is not on securityfs.
    func command(
        _ arguments: [String], closed: Set<Int32> = [0, 1, 2], namesInterface: Bool = true
    ) -> Command {
        let interface = namesInterface ? ["--interface", Self.interface] : []
        var command = Command(
            "/usr/sbin/chroot", [directory.path, Self.program] + interface + arguments)
        command.environment = []
        command.workingDirectory = "/"
        command.closed = closed
        return command
    }

    /// Runs the program as the kernel does.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - closed: The standard descriptors that are closed.
    ///   - namesInterface: Whether the interface is named.
    func run(
        _ arguments: String..., closed: Set<Int32> = [0, 1, 2], namesInterface: Bool = true
    ) throws -> Outcome {
        try command(arguments, closed: closed, namesInterface: namesInterface).run()
    }

    /// Runs the program as the kernel does, and sees what it writes to devices.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - closed: The standard descriptors that are closed.
    ///   - namesInterface: Whether the interface is named.
    /// - Returns: How it ended, and what it wrote to the kernel's log and to the console.
    func runTraced(
        _ arguments: String..., closed: Set<Int32> = [0, 1, 2], namesInterface: Bool = true
    ) throws -> (outcome: Outcome, kernelLog: [String], console: [String]) {
        let (outcome, calls) = try trace(
            command(arguments, closed: closed, namesInterface: namesInterface))
        func writes(to device: MessageDevice) -> [String] {
            calls.writes(to: directory.path(device.path))
        }
        return (outcome, writes(to: .kernelLog), writes(to: .console))
    }
}
