import CLinux
import LinuxFiles
import StaticProgram

@section(".init_array")
@used
private let keepArguments: Arguments.Start = { count, vector, _ in
    Arguments.keep(count: count, vector: vector)
}

func main() -> Int32 {
    // Before anything else is opened, in case standard descriptors are closed.
    let log = Log(of: "watch_digest_lists")
    let options: Options
    do throws(Answer) {
        options = try Options(Arguments.all)
    } catch {
        return error.give(by: "watch_digest_lists", help: Options.help, log: log)
    }
    do throws(Errno) {
        var watcher = try Watcher(options, log: log)
        SystemCallFilter.toWatch.apply(telling: log)
        return watcher.run()
    } catch {
        var message = Message("cannot watch: ")
        message.add(Message(error))
        log.write(message, .error)
        return ExitStatus.failure
    }
}

exit(main())
