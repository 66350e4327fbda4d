import CFUSE
import CLinux

/// A file or directory, with the number that the kernel knows it by.
enum Node: Equatable {
    case root
    case loadedDirectory
    case file(InterfaceFile)
    /// A file beside DIGLIM's own, by its place among these.
    case additional(Int)
    /// A file of `digest_lists_loaded`, by the number that the directory gives it.
    case list(UInt64)

    /// The name of the directory of loaded lists.
    static let loadedDirectoryName = "digest_lists_loaded"

    private static let firstFile: UInt64 = 3
    private static let firstAdditional = firstFile + UInt64(InterfaceFile.allCases.count)
    private static let firstList = firstAdditional + UInt64(AdditionalFile.maximumCount)

    /// Creates the node with a number.
    ///
    /// - Returns: `nil` for a number that no node has.
    init?(number: UInt64) {
        switch number {
        case UInt64(FUSE_ROOT_ID): self = .root
        case 2: self = .loadedDirectory
        case Self.firstList...: self = .list(number - Self.firstList)
        case Self.firstAdditional...:
            self = .additional(Int(number - Self.firstAdditional))
        default:
            guard number >= Self.firstFile else { return nil }
            self = .file(InterfaceFile.allCases[Int(number - Self.firstFile)])
        }
    }

    /// The node's number.
    var number: UInt64 {
        switch self {
        case .root: UInt64(FUSE_ROOT_ID)
        case .loadedDirectory: 2
        case .file(let file):
            Self.firstFile + UInt64(InterfaceFile.allCases.firstIndex(of: file) ?? 0)
        case .additional(let index): Self.firstAdditional + UInt64(index)
        case .list(let number): Self.firstList + number
        }
    }

    /// The kind and the permissions; those of an additional file are its own.
    var mode: UInt32 {
        switch self {
        case .root, .loadedDirectory: UInt32(S_IFDIR) | 0o755
        case .file(let file): UInt32(S_IFREG) | file.mode
        case .additional: UInt32(S_IFREG)
        case .list: UInt32(S_IFREG) | 0o440
        }
    }

    /// How long the kernel may keep what it has learnt of the node, in seconds: the interface's
    /// own files never change, and lists come and go.
    var lifetime: Double {
        switch self {
        case .root, .loadedDirectory, .file, .additional: 3600
        case .list: 0
        }
    }
}
