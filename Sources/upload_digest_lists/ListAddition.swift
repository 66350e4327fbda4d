import CLinux
import KernelInterface
import LinuxFiles

/// The interface's file that has the kernel read a list whose path is written to it.
struct ListAddition: ~Copyable {
    private static let fileName: StaticString = "digest_list_add"
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
        let file = try open()
        let count: Int
        do throws(Errno) {
            count = try path.span.withUnsafeBytes { bytes throws(Errno) in
                try file.write(.init(rebasing: bytes.dropLast()))
            }
        } catch {
            throw CompactListFailure("the kernel does not take the list", error)
        }
        guard count == path.count - 1 else {
            throw CompactListFailure("the kernel took only a part of the path")
        }
    }

    private mutating func open() throws(CompactListFailure) -> FileDescriptor {
        while true {
            do throws(Errno) {
                let file = try FileDescriptor(
                    entry: Self.fileName.cString, of: interface, for: .writing)
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
