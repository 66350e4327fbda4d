import CommandLineTool
import Glibc

/// What a file can be executed or loaded as.
enum FileKind: String, Encodable {
    /// It has an execute bit.
    case program
    /// It is an ELF object, such as a shared library.
    case object
    /// It begins with `#!`.
    case script
    /// A kernel module, compressed ones too.
    case module
    /// What drivers load into devices.
    case firmware

    /// Tells what a file can be executed or mapped as.
    ///
    /// - Parameters:
    ///   - mode: The file's permissions.
    ///   - start: The file's first bytes.
    /// - Returns: `nil` for what nobody would.
    init?(mode: mode_t, start: some Sequence<UInt8>) {
        // An empty one can be started, and does nothing.
        if mode & 0o111 != 0 {
            self = .program
        } else if start.starts(with: [0x7f] + "ELF".utf8) {
            self = .object
        } else if start.starts(with: "#!".utf8) {
            self = .script
        } else {
            return nil
        }
    }
}

/// What a directory says about the files in it.
enum FileArea: Sendable {
    case ordinary, modules, firmware

    /// The area of a directory.
    ///
    /// - Parameter directory: The directory's path in the system, without links.
    init(_ directory: Path) {
        func isBelow(_ place: String) -> Bool {
            directory.appending("").bytes.starts(with: "\(place)/".utf8)
        }
        if isBelow("/usr/lib/modules") || isBelow("/lib/modules") {
            self = .modules
        } else if isBelow("/usr/lib/firmware") || isBelow("/lib/firmware") {
            self = .firmware
        } else {
            self = .ordinary
        }
    }

    private static let moduleSuffixes = [".ko", ".ko.gz", ".ko.xz", ".ko.zst"]

    /// What a file is by its name, whatever it holds and may be done with it.
    ///
    /// - Parameter name: The file's name.
    func kind(of name: Path) -> FileKind? {
        switch self {
        case .ordinary: nil
        case .firmware: .firmware
        case .modules:
            Self.moduleSuffixes.contains {
                name.bytes.suffix($0.utf8.count).elementsEqual($0.utf8)
            } ? .module : nil
        }
    }
}
