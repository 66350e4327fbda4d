import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// Deletes from the kernel what was uploaded for lists; it reads no list's file.
struct Remover: ~Copyable {
    var interface: Interface
    private let loaded: LoadedLists
    private var foreign: ForeignUploads?
    private let isDryRun: Bool
    private let log: Log
    /// What was found that is not as it should be, and is no failure.
    private(set) var findings = Report.Findings()

    /// Sees what is loaded.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isDryRun: Whether all stays loaded.
    ///   - log: Where it is told what is loaded under labels that are not its own.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    init(
        from interface: consuming Interface, isDryRun: Bool, log: Log
    ) throws(InterfaceError) {
        loaded = try LoadedLists(of: interface)
        self.interface = interface
        self.isDryRun = isDryRun
        self.log = log
    }

    /// Deletes what was uploaded for one list.
    ///
    /// - Parameter name: The list's file name.
    /// - Throws: ``Failure`` of the first loaded list that stays.
    mutating func delete(_ name: UnsafePointer<CChar>) throws(Failure) -> Report.Outcome {
        guard let label = Label(listName: bytes(of: name).bytes) else { throw .label }
        do throws(InterfaceError) {
            if isDryRun, try loaded.hasContents(with: label) { return .deleted }
            if !isDryRun, try interface.delete(label: label, in: loaded) == .deleted {
                return .deleted
            }
            return try deleteForeign(label) ? .deleted : .notLoaded
        } catch {
            throw .interface(error)
        }
    }

    /// Deletes what was uploaded for a list and is loaded under another label.
    private mutating func deleteForeign(_ label: Label) throws(InterfaceError) -> Bool {
        if foreign == nil {
            foreign = try ForeignUploads(in: loaded) { !loaded.isView($0) }
        }
        var found: [Message] = []
        _ = try foreign?.delete(meantFor: label, in: loaded, from: &interface, unless: isDryRun) {
            found.append(.foreignLabel($0))
        }
        for message in found { log.write(message, .warning) }
        findings.foreign += found.count
        return !found.isEmpty
    }
}
