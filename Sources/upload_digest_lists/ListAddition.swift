import CLinux
import KernelInterface
import LinuxFiles

/// The interface's files that have the kernel read a list whose path is written to them.
struct ListAddition: ~Copyable {
    /// Short enough to find the pause between two turns of a parser, in milliseconds.
    private static let pause: Int32 = 4

    private let interface: FileDescriptor
    /// How long to wait while somebody else has the interface open, in nanoseconds.
    private let patience: UInt64
    /// Since when somebody else has it open.
    private var busySince: UInt64?

    /// Finds the interface.
    ///
    /// - Parameters:
    ///   - path: The interface's directory; `nil` for the kernel's own.
    ///   - seconds: How long to wait at the most while somebody else has the interface open.
    init(
        to path: UnsafePointer<CChar>?, waiting seconds: UInt32
    ) throws(InterfaceError) {
        patience = UInt64(seconds) * 1_000_000_000
        do throws(Errno) {
            interface = try FileDescriptor(
                path: path ?? Interface.defaultPath.cString, for: [.reading, .directory])
        } catch {
            throw InterfaceError(.directory, error)
        }
    }

    /// Has the kernel read a list.
    ///
    /// - Parameter path: The path from the root.
    /// - Throws: ``CompactListFailure`` where the kernel does not take the list.
    mutating func add(_ path: [CChar]) throws(CompactListFailure) {
        try write(path, to: "digest_list_add", orElse: "the kernel does not take the list")
    }

    /// Has the kernel read a list, and delete what it has of it.
    ///
    /// - Parameter path: The path from the root.
    /// - Throws: ``CompactListFailure`` where the kernel does not delete the list.
    mutating func delete(_ path: [CChar]) throws(CompactListFailure) {
        try write(path, to: "digest_list_del", orElse: "the kernel does not delete the list")
    }

    private mutating func write(
        _ path: [CChar], to name: StaticString, orElse reason: StaticString
    ) throws(CompactListFailure) {
        let file = try open(name)
        let count: Int
        do throws(Errno) {
            count = try path.span.withUnsafeBytes { bytes throws(Errno) in
                try file.write(.init(rebasing: bytes.dropLast()))
            }
        } catch {
            throw CompactListFailure(reason, error)
        }
        guard count == path.count - 1 else {
            throw CompactListFailure("the kernel took only a part of the path")
        }
    }

    private mutating func open(
        _ name: StaticString
    ) throws(CompactListFailure) -> FileDescriptor {
        while true {
            do throws(Errno) {
                let file = try FileDescriptor(
                    entry: name.cString, of: interface, for: .writing)
                busySince = nil
                return file
            } catch {
                guard error == .busy else {
                    throw CompactListFailure("cannot open the interface's file", error)
                }
                let now = Clock.now
                let start = busySince ?? now
                busySince = start
                guard now - start < patience else {
                    throw CompactListFailure(
                        "somebody else held the interface open all the time", error)
                }
                poll(nil, 0, Self.pause)
            }
        }
    }
}
