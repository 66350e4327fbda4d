import Glibc
import LinuxFiles

/// What a process is at, in memory that it shares with the one that has started it, so that the other
/// knows at what it has ended.
final class WorkRecord {
    private let memory: UnsafeMutableRawBufferPointer
    private static let size = 4096
    /// Where the name of a file begins, behind kind, number and length.
    private static let nameStart = 3 * MemoryLayout<Int>.size
    private static let maximumName = 255

    /// What a process can be at.
    enum Work: Equatable {
        case nothing
        /// An answer to the request with a number.
        case request(Int)
        /// A file that nobody has asked for yet.
        case file([UInt8])
    }

    /// Begins with nothing.
    ///
    /// - Throws: ``Errno`` of `mmap(2)`.
    init() throws(Errno) {
        let flags = MAP_SHARED | MAP_ANONYMOUS
        let start = mmap(nil, Self.size, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let start, start != MAP_FAILED else { throw .current }
        memory = UnsafeMutableRawBufferPointer(start: start, count: Self.size)
    }

    deinit { munmap(memory.baseAddress, memory.count) }

    /// What the process is at; when it is read, any bytes may stand there.
    var work: Work {
        get {
            switch memory.load(as: Int.self) {
            case 1: return .request(memory.load(fromByteOffset: 8, as: Int.self))
            case 2:
                let length = memory.load(fromByteOffset: 16, as: Int.self)
                guard 0...Self.maximumName ~= length else { return .nothing }
                return .file(Array(memory[Self.nameStart..<Self.nameStart + length]))
            default: return .nothing
            }
        }
        set {
            switch newValue {
            case .nothing: memory.storeBytes(of: 0, as: Int.self)
            case .request(let number):
                memory.storeBytes(of: number, toByteOffset: 8, as: Int.self)
                memory.storeBytes(of: 1, as: Int.self)
            case .file(let name):
                let name = name.prefix(Self.maximumName)
                memory.storeBytes(of: name.count, toByteOffset: 16, as: Int.self)
                UnsafeMutableRawBufferPointer(rebasing: memory[Self.nameStart...])
                    .copyBytes(from: name)
                memory.storeBytes(of: 2, as: Int.self)
            }
        }
    }
}
