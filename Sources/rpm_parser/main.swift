import CLinux
import DigestList
import KernelInterface
import LinuxFiles

/// How the program ends.
enum ExitStatus {
    static let success: Int32 = 0
    static let failure: Int32 = 1
    static let usage: Int32 = 2
    static let noInterface: Int32 = 3
}

func main() -> Int32 {
    // Before anything else is opened: the kernel starts the program with all descriptors closed.
    let log = Log()
    let options: Options
    do throws(Options.Other) {
        options = try Options(Arguments.all)
    } catch {
        return end(error, log)
    }
    if options.operation == .watch { return watch(options, log) }
    var run = Run(options, log: log)
    return run.perform()
}

func watch(_ options: Options, _ log: Log) -> Int32 {
    do throws(Errno) {
        var watcher = try Watcher(options, log: log)
        return watcher.run()
    } catch {
        var message = Message("cannot watch: ")
        message.add(error)
        log.write(message, .error)
        return ExitStatus.failure
    }
}

/// Ends where the command line asks for no work.
func end(_ other: Options.Other, _ log: Log) -> Int32 {
    switch other {
    case .help:
        Message(Options.help).write(to: STDOUT_FILENO)
        return ExitStatus.success
    case .version:
        var message = Message("rpm_parser ")
        message.add(diglimVersion)
        message.add("\n")
        message.write(to: STDOUT_FILENO)
        return ExitStatus.success
    case .wrong(let reason):
        var message = reason
        message.add(" (see rpm_parser --help)")
        log.write(message, .error)
        return ExitStatus.usage
    }
}

exit(main())
