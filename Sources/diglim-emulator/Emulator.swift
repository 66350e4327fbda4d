import DigestList
import Glibc
import InterfaceFileSystem

/// What a kernel lacks: a log, and faults on request.
final class Emulator: InterfaceOwner {
    private let interface: Interface
    private var faults: Faults
    private let writers: WriterActions
    private let log: OperationLog?
    private var busyUntil = ContinuousClock.now

    /// Creates an emulator.
    ///
    /// - Parameters:
    ///   - interface: What the kernel would hold.
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

    func actions(of upload: Upload) throws(InterfaceError) -> Answer<LoadedList.Actions> {
        .now(
            writers.actions(ofProcess: upload.writer)
                ?? interface.defaultActions(of: upload.operation))
    }

    var isBusy: Bool { ContinuousClock.now < busyUntil }

    func didStart() { busyUntil = ContinuousClock.now + faults.busy }

    func admit(_ size: Int, isWhole: Bool) throws(InterfaceError) {
        if isWhole { try faults.count(uploadOf: size) } else { try faults.checkSize(size) }
    }

    func didWrite(
        _ payload: [UInt8], to file: InterfaceFile, label: [UInt8]?, error: InterfaceError?
    ) {
        log?.record(
            file: file.name(abi: interface.abi),
            label: file == .label ? interface.label : label, payload: payload, error: error)
    }
}
