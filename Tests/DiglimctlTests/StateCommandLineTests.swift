import BlackBox
import Foundation
import Testing

/// The command lines of what looks at the kernel.
@Suite(.needs(.diglimctl))
struct StateCommandLineTests {
    static let commands = ["status", "list", "query", "upload"]

    @Test(arguments: commands) func help(_ command: String) throws {
        let help = try Diglimctl.run(command, "--help")
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(help.output.hasPrefix("Usage: diglimctl \(command) "))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(try Diglimctl.run("help", command).output == help.output)
        #expect(try Diglimctl.run("--help").output.contains("\n  \(command) "))
    }

    @Test(arguments: [
        ["status", "x"], ["status", "--interface"], ["status", "--interface", ""],
        ["status", "--frobnicate"], ["list", "--abi", "v2"], ["query"], ["query", "--json"],
        ["upload", "x"], ["upload", "--json"], ["upload", "--directory", ""],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let outcome = try Diglimctl.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.first?.hasPrefix("diglimctl: ") == true)
        #expect(outcome.errorLines.last?.hasPrefix("Try 'diglimctl ") == true)
    }

    @Test("By default, the interface is the kernel's own", .enabled(if: !hasDIGLIM))
    func defaultInterface() throws {
        let status = try Diglimctl.run("status", "--json")
        #expect(status.status == 1)
        let error = try status.json(StatusResult.self).interface.error
        #expect(error?.hasPrefix("no DIGLIM interface at \(Self.path): ") == true)
        for arguments in [["list"], ["query", "/dev/null"]] {
            let outcome = try Diglimctl.run(arguments)
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("diglimctl: no DIGLIM interface at \(Self.path): "))
        }
    }

    private static let path = "/sys/kernel/security/integrity/diglim"
    private static let hasDIGLIM = access(path, F_OK) == 0
}
