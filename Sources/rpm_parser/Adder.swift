import DigestList
import KernelInterface
import LinuxFiles

/// Brings one digest list after another to the kernel.
protocol ListConsumer: ~Copyable {
    /// Takes one list.
    ///
    /// - Parameters:
    ///   - entry: The list's place.
    ///   - directory: The list's directory.
    /// - Throws: ``Failure`` of the first step that fails.
    mutating func take(
        _ entry: ListEntry, in directory: borrowing FileDescriptor
    ) throws(Failure) -> Report.Outcome
}

/// Converts RPM digest lists and uploads each with its own label.
struct Adder: ~Copyable, ListConsumer {
    /// The interface; `nil` in a dry run.
    private var interface: Interface?
    private var converter: Converter

    init(uploadingTo interface: consuming Interface?) {
        converter = Converter(for: interface?.abi ?? .v3)
        self.interface = interface
    }

    mutating func take(
        _ entry: ListEntry, in directory: borrowing FileDescriptor
    ) throws(Failure) -> Report.Outcome {
        guard let label = Label(listName: bytes(of: entry.name).bytes) else { throw .label }
        let counts = try converter.convert(entry, in: directory)
        guard counts.total > 0 else { return .empty }
        do throws(InterfaceError) {
            let result = try interface?.add(converter.list, label: label) ?? .added
            return result == .added ? .added(counts) : .alreadyLoaded
        } catch {
            throw .interface(error)
        }
    }
}
