import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// One run of the program.
struct Run: ~Copyable {
    let options: Options
    private let log: Log
    var report = Report()
    /// The interface; `nil` for a dry run of `add`, which takes none.
    var interface: Interface?
    /// The numbering of types.
    var abi = ABI.v3
    /// What is loaded, as far as somebody has looked.
    var loaded = LoadedLists()
    private var hasLooked = false
    /// The list that was converted last.
    var list = CompactListBuffer()

    init(_ options: Options, log: Log) {
        self.options = options
        self.log = log
    }

    /// Does the work; what fails is told, and does not stop the rest.
    ///
    /// - Returns: The program's exit status.
    mutating func perform() -> Int32 {
        do throws(InterfaceError) { try begin() } catch {
            let path = options.interface ?? Interface.defaultPath.cString
            tell(Message("no DIGLIM interface at ", path), Failure.interface(error).message)
            return ExitStatus.noInterface
        }
        for path in options.paths {
            do throws(Failure) { try process(path) } catch { fail(path, error) }
        }
        let summary = report.summary(of: options)
        if !options.isQuiet { log.write(summary, .info) }
        if let descriptor = options.reportDescriptor { summary.write(to: descriptor) }
        return report[.failed] == 0 ? ExitStatus.success : ExitStatus.failure
    }

    private mutating func begin() throws(InterfaceError) {
        if options.operation == .sync { Interruption.begin() }
        if options.operation == .add, options.isDryRun { return }
        let interface = try Interface(
            path: options.interface, waiting: options.wait, isDryRun: options.isDryRun)
        abi = interface.abi
        self.interface = consume interface
        // For sync, before the directory is listed: a list that appears in between is not taken
        // for one without a file.
        if options.operation != .add { try look() }
    }

    /// Sees what is loaded.
    ///
    /// - Throws: ``InterfaceError`` where the kernel does not tell.
    mutating func look() throws(InterfaceError) {
        hasLooked = true
        do throws(InterfaceError) {
            switch interface {
            case .none: break
            case .some(let interface): loaded = try LoadedLists(of: interface)
            }
        } catch {
            // To add lists, there need not be a directory that shows what is loaded.
            let isMissing = error == InterfaceError(.list, .noEntry)
            guard isMissing, options.operation == .add else { throw error }
        }
    }

    private mutating func process(_ path: UnsafePointer<CChar>) throws(Failure) {
        var batch = try Batch(at: path, for: options.operation)
        if options.operation != .delete { try batch.checkDirectory() }
        // For one list alone it is not worth the while.
        if !hasLooked, batch.isDirectory || options.paths.count > 1 {
            try rethrowing(as: Failure.interface, try look())
        }
        for index in 0..<batch.count where !Interruption.isRequested {
            do throws(Failure) {
                batch.outcomes[index] =
                    options.operation == .delete
                    ? try delete(batch.label(of: index)) : try bring(index, of: batch)
            } catch {
                fail(index, of: batch, error)
            }
        }
        let isInterrupted = Interruption.isRequested
        if options.operation == .sync, !isInterrupted { deleteLeftovers(of: batch) }
        if options.operation != .delete, !options.isDryRun {
            do throws(InterfaceError) { try settle(batch) } catch {
                fail(path, .interface(error))
            }
        }
        for index in 0..<batch.count { report.count(batch.outcomes[index]) }
        if isInterrupted {
            throw .because("interrupted, the lists after the last one are not done")
        }
    }
}

// MARK: - What is told

extension Run {
    private mutating func fail(_ path: UnsafePointer<CChar>, _ failure: Failure) {
        report.count(.failed)
        tell(Message("", path), failure.message)
    }

    /// Ends a list with a failure.
    mutating func fail(_ index: Int, of batch: borrowing Batch, _ failure: Failure) {
        let isGone = if case .gone = failure { batch.isDirectory } else { false }
        batch.outcomes[index] = Report.Outcome(isGone ? .gone : .failed)
        if isGone { return }
        tell(batch.subject(index), failure.message)
    }

    /// Tells of something what it is; the interface is left to others meanwhile.
    mutating func tell(_ subject: Message, _ text: Message, _ severity: Log.Severity = .error) {
        tell(subject + ": " + text, severity)
    }

    /// Tells people something; the interface is left to others meanwhile.
    mutating func tell(_ message: Message, _ severity: Log.Severity) {
        interface?.endTurn()
        log.write(message, severity)
    }
}
