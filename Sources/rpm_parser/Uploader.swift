import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// Converts RPM digest lists and uploads each with its own label; for `sync`, also deletes those
/// that no file stands for.
struct Uploader: ~Copyable {
    var interface: Interface
    /// What was loaded at the beginning; `nil` where nobody has looked.
    private var leftovers: Leftovers?
    private var converter: Converter
    private let isDryRun: Bool
    private let log: Log
    /// What was found that is not as it should be, and is no failure.
    var findings = Report.Findings()

    /// Begins.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isDryRun: Whether nothing is to be changed.
    ///   - log: Where it is told what is not as it should be, and is no failure.
    init(to interface: consuming Interface, isDryRun: Bool, log: Log) {
        converter = Converter(for: interface.abi)
        self.interface = interface
        self.isDryRun = isDryRun
        self.log = log
    }

    /// Sees what is loaded, so that what needs no upload is not uploaded. To have the rest deleted,
    /// that has to come before the directory is listed, so that a list which appears in between is
    /// not taken for one without a file.
    ///
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    mutating func look() throws(InterfaceError) {
        leftovers = try Leftovers(of: interface) { NamedLists.isRPMList($0) }
    }

    /// Sees what is loaded, unless the interface has no directory that shows it.
    ///
    /// - Throws: ``Failure`` where the kernel does not tell.
    mutating func lookIfPossible() throws(Failure) {
        do throws(InterfaceError) { try look() } catch {
            if !error.saysNoDirectory { throw .interface(error) }
        }
    }

    /// Brings one list to the kernel.
    ///
    /// - Parameters:
    ///   - entry: The list's place.
    ///   - directory: The list's directory.
    /// - Throws: ``Failure`` of the first step that fails.
    mutating func take(
        _ entry: ListEntry, in directory: borrowing FileDescriptor
    ) throws(Failure) -> Report.Outcome {
        guard let label = Label(listName: bytes(of: entry.name).bytes) else { throw .label }
        do throws(Failure) {
            let counts = try converter.convert(entry, in: directory, label: label)
            do throws(InterfaceError) { return try bring(counts, label) } catch {
                throw .interface(error)
            }
        } catch {
            // Nobody knows what the list would be, so what is loaded for it stays.
            if case .gone = error {} else { leftovers?.keep(label) }
            throw error
        }
    }

    /// Brings the list that was converted last.
    private mutating func bring(
        _ counts: CompactListBuffer.Counts, _ label: Label
    ) throws(InterfaceError) -> Report.Outcome {
        let list = converter.list
        let isLoaded = try leftovers?.keep(UnsafeRawBufferPointer(list), label: label)
        guard counts.total > 0 else { return .empty }
        if isLoaded == true { return .alreadyLoaded }
        var found: [Message] = []
        try leftovers?.deleteForeign(meantFor: label, from: &interface, unless: isDryRun) {
            found.append(Message.foreignLabel($0))
        }
        tellForeign(found)
        if isDryRun { return .added(counts) }
        let result = try interface.add(list, label: label)
        if interface.isSplit { leftovers?.keepParts(of: label) }
        return result == .added ? .added(counts) : .alreadyLoaded
    }

    /// Deletes what no file stands for.
    ///
    /// - Parameters:
    ///   - batch: The directory's lists, all of which were taken.
    ///   - told: Is called for each list that is deleted or cannot be, with its name in the
    ///     interface's directory.
    mutating func deleteLeftovers(
        of batch: borrowing Batch, told: (UnsafePointer<CChar>, InterfaceError?) -> Void
    ) {
        var found: [Message] = []
        leftovers?.delete(from: &interface, unless: isDryRun) {
            batch.hasFile(of: $0)
        } told: { name, deletion in
            switch deletion {
            case .leftOver: told(name, nil)
            case .foreign:
                found.append(Message.foreignLabel(name))
                told(name, nil)
            case .failed(let error): told(name, error)
            }
        }
        tellForeign(found)
    }

    /// Deletes what was meant for a label and is loaded under another one.
    mutating func deleteForeign(
        _ foreign: borrowing ForeignUploads, _ label: Label, in loaded: borrowing LoadedLists
    ) throws(Failure) -> Bool {
        var found: [Message] = []
        do throws(InterfaceError) {
            _ = try foreign.delete(meantFor: label, in: loaded, from: &interface) {
                found.append(Message.foreignLabel($0))
            }
        } catch {
            throw .interface(error)
        }
        tellForeign(found)
        return !found.isEmpty
    }

    /// What IMA did with the list that was added last, where that can be told at once.
    mutating func actions(ofLast label: Label) -> Actions? {
        !interface.isSplit
            ? interface.actions(of: UnsafeRawBufferPointer(converter.list), label: label) : nil
    }

    /// Tells people something; the interface is left to others meanwhile.
    mutating func tell(_ message: Message) {
        interface.endTurn()
        log.write(message, .warning)
    }

    private mutating func tellForeign(_ found: [Message]) {
        for message in found { tell(message) }
        findings.foreign += found.count
    }
}

extension Message {
    /// What is told of a list under a label that is not its own.
    ///
    /// - Parameter name: The list's name in the interface's directory.
    static func foreignLabel(_ name: UnsafePointer<CChar>) -> Message {
        var message = Message("", name)
        message.add(": loaded under this label, which is not the one that it was uploaded with")
        return message
    }
}

extension InterfaceError {
    /// Whether the interface has no directory that shows what is loaded.
    var saysNoDirectory: Bool { self == InterfaceError(.list, .noEntry) }
}
