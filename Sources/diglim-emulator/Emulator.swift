import DigestList
import Glibc
import InterfaceFileSystem

/// The interface with what a kernel lacks: a log, and faults on request.
final class Emulator: InterfaceOwner {
    /// What the kernel would hold.
    private(set) var interface: Interface

    private var faults: Faults
    private let writers: WriterActions
    private let log: OperationLog?
    private var busyUntil = ContinuousClock.now

    /// Creates an emulator.
    ///
    /// - Parameters:
    ///   - interface: What it begins with.
    ///   - faults: What goes wrong on request.
    ///   - writers: Whose uploads have actions of their own.
    ///   - log: Where the operations go, if anywhere.
    init(
        _ interface: Interface, faults: Faults, writers: WriterActions,
        log: consuming OperationLog?
    ) {
        self.interface = interface
        self.faults = faults
        self.writers = writers
        self.log = log
    }

    /// Begins the time of `EBUSY`.
    func start() { busyUntil = ContinuousClock.now + faults.busy }

    /// Whether opens are to answer `EBUSY` still.
    var isBusy: Bool { ContinuousClock.now < busyUntil }

    /// All names of `digest_lists_loaded`, sorted.
    func loadedNames() -> [[UInt8]] { interface.loadedNames() }
}

// MARK: - Operations

extension Emulator {
    /// Performs one write of a list, a label or a query.
    ///
    /// - Parameters:
    ///   - payload: What is written.
    ///   - file: Where it is written to.
    ///   - writer: The process that writes.
    func write(
        _ payload: [UInt8], to file: InterfaceFile, by writer: pid_t
    ) throws(InterfaceError) {
        try record(payload, to: file, label: interface.nextLabel) { () throws(InterfaceError) in
            switch file {
            case .label: try interface.writeLabel(payload)
            case .query: try interface.writeQuery(payload)
            case .counts: throw .invalid
            case .add, .delete:
                try faults.count(uploadOf: payload.count)
                try interface.upload(
                    payload, file == .add ? .add : .delete,
                    actions: writers.actions(ofProcess: writer))
            }
        }
    }

    /// Performs one write of the path of a list.
    ///
    /// - Parameters:
    ///   - path: What is written.
    ///   - file: Where it is written to.
    ///   - list: What stands under the path, or why it cannot be read.
    ///   - writer: The process that writes.
    func write(
        path: ListPath, to file: InterfaceFile, list: Result<[UInt8], InterfaceError>,
        by writer: pid_t
    ) throws(InterfaceError) {
        try record(path.payload, to: file, label: path.bytes) { () throws(InterfaceError) in
            try faults.count(uploadOf: path.payload.count)
            try interface.upload(
                list.get(), from: path.bytes, file == .add ? .add : .delete,
                actions: writers.actions(ofProcess: writer))
        }
    }

    /// Whether an upload fails for its size before all of it is there.
    func checkSize(_ size: Int) throws(InterfaceError) { try faults.checkSize(size) }

    /// Notes an upload of which only the beginning came.
    func abandon(_ payload: [UInt8], to file: InterfaceFile, error: InterfaceError) {
        log(payload, to: file, label: interface.nextLabel, error)
    }

    private func record(
        _ payload: [UInt8], to file: InterfaceFile, label: [UInt8],
        _ operation: () throws(InterfaceError) -> Void
    ) throws(InterfaceError) {
        do {
            try operation()
            log(payload, to: file, label: label, nil)
        } catch {
            log(payload, to: file, label: label, error)
            throw error
        }
    }

    private func log(
        _ payload: [UInt8], to file: InterfaceFile, label: [UInt8], _ error: InterfaceError?
    ) {
        let label: [UInt8]? =
            switch file {
            case .add, .delete: label
            case .label: interface.label
            case .query, .counts: nil
            }
        log?.record(
            file: file.name(abi: interface.abi), label: label, payload: payload, error: error)
    }
}
