import CommandLineTool
import DigestList
import FileDigests
import Glibc
import LinuxFiles

/// The files that are executed and mapped as code now, and this project's own programs: what has
/// to go on when enforcing begins.
struct RunningFiles {
    /// A file, by what it is rather than by its name.
    private struct File: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// Where this project's programs are.
    private static let ownDirectory = Path("/usr/libexec/diglim")
    private static let ownPrograms = ["/usr/sbin/diglim-enforcer", "/usr/bin/diglimctl"]

    private var seen: Set<File> = []
    /// The files' paths, each once.
    private(set) var paths: [Path] = []

    /// Looks at all processes.
    init() {
        for name in (try? entries(of: Path("/proc"))) ?? [] where Int32(name.text) != nil {
            add(processAt: Path("/proc").appending(name))
        }
        for name in (try? entries(of: Self.ownDirectory)) ?? [] {
            add(Self.ownDirectory.appending(name))
        }
        for path in Self.ownPrograms { add(Path(path)) }
    }

    private mutating func add(processAt directory: Path) {
        // A process that has ended meanwhile is none.
        guard let maps = try? readVirtualFile(directory.appending("maps"), limit: 1 << 24) else {
            return
        }
        for line in maps.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count == 6, fields[1].contains(UInt8(ascii: "x")) else { continue }
            let path = Path(bytes: Array(fields[5].drop { $0 == UInt8(ascii: " ") }))
            // What has been deleted is not mapped by that name again.
            guard path.bytes.first == UInt8(ascii: "/"), !path.text.hasSuffix(" (deleted)") else {
                continue
            }
            let root = directory.appending("root")
            add(root.appending(path), shown: path)
        }
    }

    private mutating func add(_ path: Path, shown: Path? = nil) {
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG,
            seen.insert(File(device: status.st_dev, inode: status.st_ino)).inserted
        else { return }
        // The root of most processes is everybody's.
        if let shown, shown.withCString({ Self.isSame($0, status) }) {
            paths.append(shown)
        } else {
            paths.append(path)
        }
    }

    private static func isSame(_ path: UnsafePointer<CChar>, _ other: stat) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_dev == other.st_dev
            && status.st_ino == other.st_ino
    }
}
