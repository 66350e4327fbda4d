import CLinux
import KernelInterface
import LinuxFiles
import StaticProgram

@section(".init_array")
@used
private let keepArguments: Arguments.Start = { count, vector, _ in
    Arguments.keep(count: count, vector: vector)
}

func main() -> Int32 {
    // Before anything else is opened: the kernel starts the program with all descriptors closed.
    let log = Log(of: "upload_digest_lists")
    let options: Options
    do throws(Answer) {
        options = try Options(Arguments.all)
    } catch {
        return error.give(by: "upload_digest_lists", help: Options.help, log: log)
    }
    return options.isForKernel ? bringCompactLists(options, log) : runParsers(options, log)
}

func runParsers(_ options: Options, _ log: Log) -> Int32 {
    do throws(Errno) {
        var upload = try Upload(options, log: log)
        return upload.run()
    } catch {
        var message = Message("cannot begin with ", options.directory)
        message.add(": ")
        message.add(Message(error))
        log.write(message, .error)
        return ExitStatus.failure
    }
}

func bringCompactLists(_ options: Options, _ log: Log) -> Int32 {
    SystemCallFilter.forCompactLists.apply(telling: log)
    do throws(InterfaceError) {
        var lists = try CompactLists(options, log: log)
        return lists.run()
    } catch {
        var message = Message("no DIGLIM interface at ")
        message.add(foreign: options.interface ?? Interface.defaultPath.cString)
        message.add(": ")
        message.add(Message(error.step.reason))
        if let errno = error.errno {
            message.add(": ")
            message.add(Message(errno))
        }
        log.write(message, .error)
        return ExitStatus.noInterface
    }
}

exit(main())
