import DigestList
import Glibc
import LinuxFiles

/// The program: from the command line to a mounted interface and its end.
enum Program {
    /// Runs the program.
    ///
    /// - Returns: The exit status: 0, 1 for a failure, 2 for a wrong command line.
    static func run() -> Int32 {
        do {
            let options = try Options(
                count: CommandLine.argc, arguments: CommandLine.unsafeArgv)
            return try emulate(options)
        } catch let outcome as Options.Outcome {
            return end(outcome)
        } catch {
            complain("\(error)")
            return 1
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ subject: String, _ error: Errno) {
            description = "\(subject): \(error.words)"
        }

        init(_ description: String) { self.description = description }
    }

    private static func emulate(_ options: Options) throws -> Int32 {
        Background.occupyStandardStreams()
        if !options.isForeground { Background.closeInheritedDescriptors() }
        let directory = try directory(options.mountpoint)
        let emulator = try emulator(options)
        do {
            let session = try Session(FileSystem(emulator), maximumWrite: options.maximumWrite)
            guard session.mount(on: directory) else {
                throw Failure("\(directory): cannot mount the interface here")
            }
            defer { session.unmount() }
            try session.run(ready: options.isForeground ? {} : Background.enter())
        } catch let error as InterfaceError {
            throw Failure(directory, Errno(rawValue: error.errno))
        }
        return 0
    }

    private static func directory(_ path: String) throws -> String {
        do {
            _ = try FileDescriptor(path: path, for: [.reading, .directory])
        } catch {
            throw Failure(path, error)
        }
        guard let resolved = realpath(path, nil) else { throw Failure(path, .current) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func emulator(_ options: Options) throws -> Emulator {
        let interface = Interface(
            abi: options.abi, actions: options.actions,
            deletionActions: options.deletionActions ?? options.actions)
        var writers = WriterActions()
        for (executable, actions) in options.writers {
            do {
                try writers.add(executable: executable, actions: actions)
            } catch {
                throw Failure(executable, error)
            }
        }
        return Emulator(
            interface, faults: options.faults, writers: writers, log: try log(options.log))
    }

    private static func log(_ path: String?) throws -> OperationLog? {
        guard let path else { return nil }
        do {
            return try OperationLog(path: path)
        } catch {
            throw Failure(path, error)
        }
    }

    private static func end(_ outcome: Options.Outcome) -> Int32 {
        switch outcome {
        case .help:
            print(Options.help, terminator: "")
            return 0
        case .version:
            print("diglim-emulator \(diglimVersion)")
            return 0
        case .wrong(let reason):
            if let reason { complain(reason) }
            complain("try '--help'")
            return 2
        }
    }

    private static func complain(_ sentence: String) {
        let line = "diglim-emulator: \(sentence)\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
    }
}
