import Glibc
import LinuxFiles

/// How the program ends.
enum ExitStatus {
    static let success: Int32 = 0
    static let finding: Int32 = 1
    static let usage: Int32 = 2
}

/// Says something on standard error.
func complain(_ text: String) {
    let line = Array("mutation-sweep: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

func main() -> Int32 {
    do throws(Options.Other) {
        return try main(Options(CommandLine.arguments.dropFirst()))
    } catch {
        switch error {
        case .help:
            print(Options.help)
            return ExitStatus.success
        case .wrong(let reason):
            complain("\(reason) (see --help)")
            return ExitStatus.usage
        }
    }
}

func main(_ options: Options) throws(Options.Other) -> Int32 {
    let headers: Headers
    do throws(Errno) { headers = try Headers(options) } catch {
        throw .wrong("the headers: " + (error.reason.map { String(cString: $0) } ?? "no access"))
    }
    guard !headers.lists.isEmpty else {
        throw .wrong("no headers to start from: --lists or --packages names a folder of them")
    }
    print("\(headers.lists.count) headers to start from, seed \(options.seed)\n")
    let tally = sweep(options, headers)
    print(tally.text)
    return tally.findings == 0 ? ExitStatus.success : ExitStatus.finding
}

exit(main())
