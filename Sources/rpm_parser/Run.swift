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
            case .add where options.isDryRun: convert()
            case .add: try add()
            case .delete: try delete()
            case .sync: try sync()
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

    private func interface() throws(InterfaceError) -> Interface {
        try Interface(path: options.interface, waiting: options.wait)
    }

    /// Tells of a failure.
    private func tell(
        _ name: UnsafePointer<CChar>, in directory: [CChar] = [0], _ failure: Failure
    ) {
        var message = Message()
        message.add(foreign: directory)
        message.add(foreign: name)
        message.add(": ")
        message.add(failure.message)
        log.write(message, .error)
    }

    private mutating func fail(_ path: UnsafePointer<CChar>, _ failure: Failure) {
        report.count(.failed)
        tell(path, failure)
    }
}

// MARK: - add and sync

extension Run {
    /// Tells what `add` would upload; that takes no interface.
    private mutating func convert() {
        var converter = Converter(for: .v3)
        for path in options.paths {
            do throws(Failure) {
                let batch = try Batch(NamedLists(at: path))
                for index in 0..<batch.count {
                    do throws(Failure) {
                        batch[index] = try converter.outcome(of: index, in: batch)
                    } catch {
                        batch[index] = outcome(of: error, index, in: batch)
                    }
                }
                count(batch)
            } catch {
                fail(path, error)
            }
        }
    }

    private mutating func add() throws(InterfaceError) {
        var uploader = Uploader(to: try interface(), isDryRun: false, log: log)
        var hasLooked = false
        for path in options.paths {
            do throws(Failure) {
                let lists = try NamedLists(at: path)
                // For one list alone it is not worth the while.
                if !hasLooked, lists.isDirectory || options.paths.count > 1 {
                    try uploader.lookIfPossible()
                    hasLooked = true
                }
                bring(try Batch(lists), to: &uploader)
            } catch {
                fail(path, error)
            }
        }
        report.findings = uploader.findings
    }

    private mutating func sync() throws(InterfaceError) {
        Interruption.begin()
        var uploader = Uploader(to: try interface(), isDryRun: options.isDryRun, log: log)
        try uploader.look()
        let path = options.paths[0]
        do throws(Failure) {
            let batch = try Batch(NamedLists(inDirectory: path))
            bring(batch, to: &uploader)
            if Interruption.isRequested { throw .interrupted }
            uploader.deleteLeftovers(of: batch) { name, error in
                report.count(error == nil ? .deleted : .failed)
                if let error { tell(name, .interface(error)) }
            }
        } catch {
            // Without a directory nothing is left over.
            fail(path, error)
        }
        report.findings = uploader.findings
    }

    /// Brings the lists of a batch to the kernel.
    private mutating func bring(_ batch: borrowing Batch, to uploader: inout Uploader) {
        for index in 0..<batch.count where !Interruption.isRequested {
            do throws(Failure) {
                batch[index] = try uploader.take(batch.entry(index), in: batch.directory)
            } catch {
                // Nobody is kept waiting while people are told.
                uploader.interface.endTurn()
                batch[index] = outcome(of: error, index, in: batch)
            }
        }
        do throws(InterfaceError) {
            if !options.isDryRun {
                try uploader.settle(batch, renewing: options.isRenewing) {
                    batch[$0] = outcome(of: $1, $0, in: batch)
                }
            }
        } catch {
            if !error.saysNoDirectory { fail(batch.path, .interface(error)) }
        }
        count(batch)
    }

    /// What a failure comes to, once it is told.
    private func outcome(
        of failure: Failure, _ index: Int, in batch: borrowing Batch
    ) -> Report.Outcome {
        if case .gone = failure, batch.isDirectory { return .gone }
        tell(batch.entry(index).name, in: batch.path, failure)
        return .failed
    }

    private mutating func count(_ batch: borrowing Batch) {
        for index in 0..<batch.count { report.count(batch[index]) }
    }
}

extension Converter {
    /// What adding a list would come to.
    fileprivate mutating func outcome(
        of index: Int, in batch: borrowing Batch
    ) throws(Failure) -> Report.Outcome {
        guard let label = batch.label(of: index) else { throw .label }
        let counts = try convert(batch.entry(index), in: batch.directory, label: label)
        return counts.total > 0 ? .added(counts) : .empty
    }
}

// MARK: - del

extension Run {
    private mutating func delete() throws(InterfaceError) {
        var remover = try Remover(from: try interface(), isDryRun: options.isDryRun, log: log)
        for path in options.paths {
            do throws(Failure) { try delete(NamedLists(at: path), with: &remover) } catch {
                fail(path, error)
            }
        }
        report.findings = remover.findings
    }

    private mutating func delete(
        _ lists: consuming NamedLists, with remover: inout Remover
    ) throws(Failure) {
        for index in 0..<lists.names.count {
            let name = lists.names[index]
            do throws(Failure) { report.count(try remover.delete(name)) } catch {
                remover.interface.endTurn()
                report.count(.failed)
                tell(name, in: lists.path, error)
            }
        }
    }
}
