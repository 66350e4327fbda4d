import CLinux
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
    do throws(Errno) {
        var upload = try Upload(options, log: log)
        return upload.run()
    } catch {
        var message = Message("cannot begin with ", options.directory)
        message.add(": ")
        message.add(error)
        log.write(message, .error)
        return ExitStatus.failure
    }
}

exit(main())
