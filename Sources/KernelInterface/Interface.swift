import CLinux
import DigestList
import LinuxFiles

/// DIGLIM's interface: the directory that the kernel offers on securityfs.
public struct Interface: ~Copyable {
    /// Where the kernel has its interface.
    public static let defaultPath: StaticString = "/sys/kernel/security/integrity/diglim"

    /// The numbering of list types, which the directory itself tells.
    public let abi: ABI
    package let directory: FileDescriptor
    private let isDryRun: Bool
    var patience: Patience
    private let labelFile: FileDescriptor
    private var turn: Turn?

    /// Opens the interface.
    ///
    /// - Parameters:
    ///   - path: The directory, on whatever file system; with `nil` the kernel's own, which must be
    ///     on securityfs.
    ///   - seconds: How long to wait at the most while somebody else has the interface open.
    ///   - isDryRun: Whether nothing is changed, and each operation succeeds.
    /// - Throws: ``InterfaceError`` where there is no interface.
    public init(
        path: UnsafePointer<CChar>? = nil, waiting seconds: UInt32 = 30, isDryRun: Bool = false
    ) throws(InterfaceError) {
        let directory = try InterfaceError.at(
            .directory,
            FileDescriptor(path: path ?? Self.defaultPath.cString, for: [.reading, .directory]))
        if path == nil, (try? directory.isOnFileSystem(.securityfs)) != true {
            throw InterfaceError(.notSecurityFS)
        }
        let abi = directory.hasEntry("digest_list_label") ? ABI.v3 : .v2
        let label: StaticString = abi == .v3 ? "digest_list_label" : "digest_label"
        guard directory.hasEntry(label) else { throw InterfaceError(.unknownABI) }
        labelFile = try InterfaceError.at(
            .open, FileDescriptor(entry: label.cString, of: directory, for: .writing))
        self.abi = abi
        self.directory = directory
        self.isDryRun = isDryRun
        patience = Patience(seconds: seconds)
    }
}

extension Interface {
    /// What can be done with a list.
    enum Operation {
        case add, delete

        var fileName: StaticString { self == .add ? "digest_list_add" : "digest_list_del" }
        var step: InterfaceError.Step { self == .add ? .add : .delete }
    }

    /// Does one operation with one list: label and list in one write each.
    ///
    /// While the list's file is open nobody else can operate, so the label is this list's.
    mutating func perform(
        _ operation: Operation, _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) {
        if isDryRun { return }
        try takeTurn(operation)
        _ = try InterfaceError.at(.label, labelFile.write(label.bytes))
        let count = try InterfaceError.at(operation.step, turn?.write(list))
        guard count == list.count else {
            // Where a write moves the file's position, it is amid the list now.
            endTurn()
            throw InterfaceError(.shortWrite)
        }
    }

    /// Sees to it that the operation's file is open, and that others get their turn too.
    private mutating func takeTurn(_ operation: Operation) throws(InterfaceError) {
        if turn?.operation == operation {
            guard turn?.isOver == true else { return }
            endTurn()
            Clock.sleep(nanoseconds: Turn.pause)
        } else {
            endTurn()
        }
        turn = Turn(operation, with: try open(operation.fileName, for: .writing))
    }

    /// Leaves the interface to others, until the next operation.
    public mutating func endTurn() { turn = nil }

    /// Opens one of the files that only one process at a time can have open.
    package mutating func open(
        _ name: StaticString, for flags: FileDescriptor.OpenFlags
    ) throws(InterfaceError) -> FileDescriptor {
        while true {
            do throws(Errno) {
                let file = try FileDescriptor(
                    entry: name.cString, of: directory, for: flags)
                patience.reset()
                return file
            } catch {
                guard error == .busy else { throw InterfaceError(.open, error) }
                guard patience.wait() else { throw InterfaceError(.busy, error) }
            }
        }
    }
}
