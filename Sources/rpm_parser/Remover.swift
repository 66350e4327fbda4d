import DigestList
import KernelInterface
import LinuxFiles

/// Deletes from the kernel what was uploaded for lists; it reads no list's file.
struct Remover: ~Copyable {
    private var interface: Interface
    private let loaded: LoadedLists
    private let memory: UnsafeMutableRawBufferPointer
    private let isDryRun: Bool

    /// Sees what is loaded.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isDryRun: Whether all stays loaded.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    init(from interface: consuming Interface, isDryRun: Bool) throws(InterfaceError) {
        let loaded = try LoadedLists(of: interface)
        self.loaded = loaded
        self.interface = interface
        self.isDryRun = isDryRun
        memory = .allocate(byteCount: Interface.maximumListSize + 1, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// Deletes what was uploaded for one list.
    ///
    /// - Parameter name: The list's file name.
    /// - Throws: ``Failure`` of the first loaded list that stays.
    mutating func delete(_ name: UnsafePointer<CChar>) throws(Failure) -> Report.Outcome {
        guard let label = Label(listName: bytes(of: name).bytes) else { throw .label }
        do throws(InterfaceError) {
            let result =
                isDryRun
                ? loaded.hasList(with: label)
                : try interface.delete(label: label, in: loaded, memory: memory)
            return result == .deleted ? .deleted : .notLoaded
        } catch {
            throw .interface(error)
        }
    }
}

extension LoadedLists {
    /// What deleting would come to.
    fileprivate func hasList(with label: Label) -> Interface.DeleteResult {
        range(of: label).contains { !isView($0) } ? .deleted : .notLoaded
    }
}
