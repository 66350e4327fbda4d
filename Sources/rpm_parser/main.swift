import CLinux
import StaticProgram

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
    // From before the first file is opened.
    var filter = SystemCallFilter()
    filter.allowFiles()
    // Sorting, in the C library's code, for librpm.
    if options.operation != .delete { filter.allow(SYS_sysinfo, SYS_futex) }
    filter.apply(telling: log)
    var run = Run(options, log: log)
    return run.perform()
}

exit(main())
