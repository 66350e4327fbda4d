import CommandLineTool
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// The program: from the command line to a mounted interface and its end.
enum Program {
    /// Runs the program.
    ///
    /// - Returns: The exit status.
    static func run() -> ExitStatus {
        let messages = Messages(of: Command.emulator.name)
        do {
            return try Command.emulator.perform(
                programArguments, invocation: "\(messages.program)", messages)
        } catch {
            messages.failure(nil, error.text)
            return .failure
        }
    }

    /// Emulates the interface, from the mount to its end.
    ///
    /// - Parameter options: What the command line asks for.
    /// - Throws: ``CommandError`` where it cannot be mounted.
    static func emulate(_ options: Options) throws(CommandError) {
        if !options.isForeground { Background.closeInheritedDescriptors() }
        let directory = try directory(options.mountpoint)
        let interface = Interface(
            abi: options.abi, actions: options.actions,
            deletionActions: options.deletionActions ?? options.actions)
        let emulator = try emulator(of: interface, options)
        do {
            let session = Session(
                FileSystem(interface, owner: emulator), maximumWrite: options.maximumWrite)
            guard
                session.mount(
                    on: directory, program: "\(Command.emulator.name)",
                    options: "fsname=diglim,subtype=diglim-emulator,noexec")
            else {
                throw CommandError(
                    "\(printable(directory.utf8)): cannot mount the interface here")
            }
            defer { session.unmount() }
            try session.run(ready: options.isForeground ? {} : Background.enter())
        } catch let error as InterfaceError {
            throw failure(directory, Errno(rawValue: error.errno))
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("\(error)")
        }
    }

    private static func directory(_ path: String) throws(CommandError) -> String {
        do {
            _ = try FileDescriptor(path: path, for: [.reading, .directory])
        } catch {
            throw failure(path, error)
        }
        guard let resolved = realpath(path, nil) else { throw failure(path, .current) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func emulator(
        of interface: Interface, _ options: Options
    ) throws(CommandError) -> Emulator {
        var writers = WriterActions()
        for (executable, actions) in options.writers {
            do {
                try writers.add(executable: executable, actions: actions)
            } catch {
                throw failure(executable, error)
            }
        }
        return Emulator(
            interface, faults: options.faults, writers: writers, log: try log(options.log))
    }

    private static func log(_ path: String?) throws(CommandError) -> OperationLog? {
        guard let path else { return nil }
        do {
            return try OperationLog(path: path)
        } catch {
            throw failure(path, error)
        }
    }

    private static func failure(_ subject: String, _ error: Errno) -> CommandError {
        CommandError("\(printable(subject.utf8)): \(error.text)")
    }
}
