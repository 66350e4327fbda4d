import Foundation
import Testing

/// A system call that `strace(1)` saw.
public struct SystemCall: Sendable {
    /// The call's name.
    public var name: String
    /// The arguments, as strace prints them.
    public var arguments: String
    /// The result, as strace prints it.
    public var result: String

    /// For a call that opens a file: the path, seen from outside, or as it was given where the
    /// call failed.
    public var openedPath: String? {
        guard ["open", "openat", "openat2", "creat"].contains(name) else { return nil }
        if let match = result.firstMatch(of: /^[0-9]+<(.*)>$/) { return String(match.1) }
        return arguments.firstMatch(of: /"(.*?)"/).map { String($0.1) }
    }

    /// Whether the call failed.
    public var isFailure: Bool { result.hasPrefix("-1 ") }
}

/// Runs a command under strace.
///
/// - Parameter command: The command.
/// - Returns: How it ended, and the calls of the last program that its process executed, which
///   begin with that `execve`.
public func trace(_ command: Command) throws -> (outcome: Outcome, calls: [SystemCall]) {
    let directory = try TemporaryDirectory()
    // strace needs descriptors and an environment of its own.
    let redirections = command.closed.sorted().map { "\($0)>&-" }.joined(separator: " ")
    let environment = command.environment.map { ["env", "-i"] + $0 } ?? []
    var traced = command
    traced.program = "strace"
    traced.arguments =
        ["-y", "-s", "4096", "-o", directory.path("trace"), "sh", "-c"]
        + ["exec \"$@\" \(redirections)", "sh"] + environment + [command.program]
        + command.arguments
    traced.environment = nil
    traced.closed = []
    let outcome = try traced.run()
    let lines = String(decoding: try directory.bytes(of: "trace"), as: UTF8.self)
        .split(separator: "\n")
    let start = lines.lastIndex { $0.hasPrefix("execve(") && $0.hasSuffix("= 0") } ?? 0
    let calls = lines[start...].compactMap { line in
        line.wholeMatch(of: /([a-z0-9_]+)\((.*)\) += (.*)/).map {
            SystemCall(
                name: String($0.1), arguments: String($0.2), result: String($0.3))
        }
    }
    return (outcome, calls)
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where programs cannot be traced.
    public static var needsTracing: Self {
        .enabled(if: canTrace, "no strace here, or nothing may be traced")
    }
}

let canTrace =
    (try? runProgram("strace", ["-o", "/dev/null", "true"]))?.status == 0
