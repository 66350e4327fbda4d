import Foundation
import Testing

extension Command {
    /// The same command, which finds other files on this machine.
    ///
    /// - Parameters:
    ///   - files: A directory with the files that it finds before the machine's own.
    ///   - place: Where it finds them.
    public func finding(_ files: String, in place: String = "/etc") -> Command {
        var command = self
        command.program = "unshare"
        command.arguments =
            ["--mount", "sh", "-ec", findingScript, "sh", files, place, program] + arguments
        return command
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where a program cannot be made to find other files on this machine.
    public static var needsMachineFiles: Self {
        .enabled(if: canFind, "no file system can be mounted over another one here")
    }
}

private let findingScript = """
    mount -t overlay -o "ro,lowerdir=$1:$2" overlay "$2"
    shift 2
    exec "$@"
    """

private let canFind: Bool = {
    guard let directory = try? TemporaryDirectory() else { return false }
    return (try? Command("true", []).finding(directory.path).run())?.status == 0
}()
