import CLinux
import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// One run of the program.
struct Run: ~Copyable {
    private let options: Options
    private let log: Log
    private var report = Report()

    init(_ options: Options, log: Log) {
        self.options = options
        self.log = log
    }

    /// Does the work; what fails is told, and does not stop the rest.
    ///
    /// - Returns: The program's exit status.
    mutating func perform() -> Int32 {
        do throws(InterfaceError) {
            switch options.operation {
            case .add: try add()
            case .delete: try delete()
            case .sync, .watch: try sync()
            }
        } catch {
            var message = Message("no DIGLIM interface at ")
            message.add(foreign: options.interface ?? Interface.defaultPath.cString)
            message.add(": ")
            message.add(error)
            log.write(message, .error)
            return ExitStatus.noInterface
        }
        let summary = report.summary(of: options)
        if !options.isQuiet { log.write(summary, .info) }
        if let descriptor = options.reportDescriptor { summary.write(to: descriptor) }
        return report.failed == 0 ? ExitStatus.success : ExitStatus.failure
    }

    private mutating func add() throws(InterfaceError) {
        var adder = Adder(uploadingTo: try interfaceToAdd())
        for path in options.paths {
            do throws(Failure) { try bring(NamedLists(at: path), to: &adder) } catch {
                fail(path, error)
            }
        }
    }

    private mutating func sync() throws(InterfaceError) {
        Interruption.begin()
        var synchronizer = try Synchronizer(
            with: try Interface(path: options.interface, waiting: options.wait),
            isDryRun: options.isDryRun)
        let path = options.paths[0]
        do throws(Failure) {
            try bring(NamedLists(inDirectory: path), to: &synchronizer)
        } catch {
            // Without a directory nothing is left over.
            return fail(path, error)
        }
        if Interruption.isRequested { return fail(path, .interrupted) }
        try synchronizer.deleteLeftovers { name, error in
            if let error { fail(name, .interface(error)) } else { report.count(.deleted) }
        }
    }

    private func interfaceToAdd() throws(InterfaceError) -> Interface? {
        if options.isDryRun { return nil }
        return try Interface(path: options.interface, waiting: options.wait)
    }

    private mutating func bring(
        _ lists: consuming NamedLists, to consumer: inout some ListConsumer & ~Copyable
    ) throws(Failure) {
        let directory = try lists.openDirectory()
        let immutableOnly = directory.hasEntry(".immutable")
        for index in 0..<lists.names.count where !Interruption.isRequested {
            let entry = ListEntry(
                name: lists.names[index], type: lists.names.type(of: index),
                immutableOnly: immutableOnly)
            do throws(Failure) { report.count(try consumer.take(entry, in: directory)) } catch {
                fail(entry.name, in: lists.directory, error)
            }
        }
    }

    private mutating func delete() throws(InterfaceError) {
        var remover = try Remover(
            from: try Interface(path: options.interface, waiting: options.wait),
            isDryRun: options.isDryRun)
        for path in options.paths {
            do throws(Failure) { try delete(NamedLists(at: path), with: &remover) } catch {
                fail(path, error)
            }
        }
    }

    private mutating func delete(
        _ lists: consuming NamedLists, with remover: inout Remover
    ) throws(Failure) {
        for index in 0..<lists.names.count {
            let name = lists.names[index]
            do throws(Failure) { report.count(try remover.delete(name)) } catch {
                fail(name, in: lists.directory, error)
            }
        }
    }

    /// Tells of a failure and counts it.
    private mutating func fail(
        _ name: UnsafePointer<CChar>, in directory: [CChar] = [0], _ failure: Failure
    ) {
        report.countFailure()
        var message = Message()
        message.add(foreign: directory)
        message.add(foreign: name)
        message.add(": ")
        message.add(failure.message)
        log.write(message, .error)
    }
}
