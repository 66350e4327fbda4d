import DigestList
import KernelInterface
import LinuxFiles

/// Uploads the lists that the kernel does not have, and deletes those that no file stands for.
struct Synchronizer: ~Copyable, ListConsumer {
    private var interface: Interface
    private var converter: Converter
    private var leftovers: Leftovers
    private let isDryRun: Bool

    /// Sees what is loaded; that has to come before the directory is listed, so that a list which
    /// appears in between is not taken for one without a file.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isDryRun: Whether nothing is to be changed.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    init(with interface: consuming Interface, isDryRun: Bool) throws(InterfaceError) {
        let leftovers = try Leftovers(of: interface) { NamedLists.isRPMList($0) }
        self.leftovers = leftovers
        converter = Converter(for: interface.abi)
        self.interface = interface
        self.isDryRun = isDryRun
    }

    mutating func take(
        _ entry: ListEntry, in directory: borrowing FileDescriptor
    ) throws(Failure) -> Report.Outcome {
        guard let label = Label(listName: bytes(of: entry.name).bytes) else { throw .label }
        do throws(Failure) { return try take(entry, in: directory, label: label) } catch {
            // Nobody knows what the list would be, so what is loaded for it stays.
            leftovers.keep(label)
            throw error
        }
    }

    private mutating func take(
        _ entry: ListEntry, in directory: borrowing FileDescriptor, label: Label
    ) throws(Failure) -> Report.Outcome {
        let counts = try converter.convert(entry, in: directory)
        guard counts.total > 0 else { return .empty }
        let list = converter.list
        do throws(InterfaceError) {
            if try leftovers.keep(UnsafeRawBufferPointer(list), label: label) {
                return .alreadyLoaded
            }
            if isDryRun { return .added(counts) }
            let result = try interface.add(list, label: label)
            if interface.isSplit { leftovers.keepParts(of: label) }
            return result == .added ? .added(counts) : .alreadyLoaded
        } catch {
            throw .interface(error)
        }
    }

    /// Deletes what is left over.
    ///
    /// - Parameter told: Is called for each list that is deleted or cannot be, with its name in the
    ///   interface's directory.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    mutating func deleteLeftovers(
        told: (UnsafePointer<CChar>, InterfaceError?) -> Void
    ) throws(InterfaceError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Interface.maximumListSize + 1, alignment: 16)
        defer { memory.deallocate() }
        try leftovers.delete(from: &interface, unless: isDryRun, memory: memory, told: told)
    }
}
