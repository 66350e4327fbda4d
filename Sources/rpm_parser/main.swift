import CLinux
import LinuxFiles
import StaticProgram

extension ExitStatus {
    static let noInterface: Int32 = 3
}

@section(".init_array")
@used
private let keepArguments: Arguments.Start = { count, vector, _ in
    Arguments.keep(count: count, vector: vector)
}

func main() -> Int32 {
    // Before anything else is opened: the kernel starts the program with all descriptors closed.
    let log = Log(of: "rpm_parser")
    let options: Options
    do throws(Answer) {
        options = try Options(Arguments.all)
    } catch {
        return error.give(by: "rpm_parser", help: Options.help, log: log)
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

exit(main())
