import CommandLineTool
import DigestList
import Glibc
import LinuxFiles
import ListVerification
import RPMHeader

/// The file of an RPM digest list, as `rpm_parser` would take it.
struct RPMListFile {
    /// The file's path.
    let path: Path
    /// The file's name.
    let name: Path
    /// Whether the directory says that only immutable digests are to be loaded.
    let immutableOnly: Bool
    private let directory: Path

    init(_ path: Path, immutableOnly: Bool) {
        self.path = path
        self.immutableOnly = immutableOnly
        let directory = path.directory
        name = Path(bytes: Array(path.bytes.dropFirst(directory.bytes.count)))
        self.directory = directory.bytes.isEmpty ? Path(".") : directory
    }

    /// Finds the lists that paths stand for.
    ///
    /// - Parameters:
    ///   - paths: Paths of lists and directories; a directory is not searched further down.
    ///   - messages: What tells paths that are neither.
    /// - Returns: The lists in the order of the paths, those of a directory in that of upload.
    static func search(_ paths: [Path], _ messages: Messages) -> [RPMListFile] {
        var files: [RPMListFile] = []
        for path in paths {
            do {
                let found = try isDirectory(path) ? lists(in: path) : [list(at: path)]
                if found.isEmpty {
                    messages.notice(path.text, "no RPM digest lists in this directory")
                }
                files += found
            } catch {
                messages.failure(path.text, error.text)
            }
        }
        tellMarks(of: files, messages)
        return files
    }

    private static func tellMarks(of files: [RPMListFile], _ messages: Messages) {
        var told: Set<Path> = []
        for file in files where file.immutableOnly && told.insert(file.directory).inserted {
            messages.notice(
                file.directory.text,
                "digests of files that may change are left out, as .immutable is there")
        }
    }

    private static func lists(in directory: Path) throws(CommandError) -> [RPMListFile] {
        let names = try entries(of: directory).filter(isRPMList)
        let immutableOnly = hasMark(directory)
        return names.sorted(by: precedes).map {
            RPMListFile(directory.appending($0), immutableOnly: immutableOnly)
        }
    }

    private static func list(at path: Path) throws(CommandError) -> RPMListFile {
        let file = RPMListFile(path, immutableOnly: hasMark(path.directory))
        guard isRPMList(file.name) else {
            throw CommandError("not the name of an RPM digest list")
        }
        return file
    }

    /// Whether a directory has the file `.immutable`.
    static func hasMark(_ directory: Path) -> Bool {
        let mark = directory.bytes.isEmpty ? Path(".immutable") : directory.appending(".immutable")
        var status = stat()
        return mark.withCString { lstat($0, &status) } == 0
    }

    private static func isRPMList(_ name: Path) -> Bool {
        name.bytes.withUnsafeBytes {
            ListName($0.bytes)?.hasFormat("rpm", in: $0.bytes) == true
        }
    }

    /// Whether a list goes up before another, by their names.
    static func precedes(_ first: RPMListFile, _ second: RPMListFile) -> Bool {
        precedes(first.name, second.name)
    }

    private static func precedes(_ first: Path, _ second: Path) -> Bool {
        first.bytes.withUnsafeBytes { first in
            second.bytes.withUnsafeBytes { ListName.precedes(first.bytes, $0.bytes) }
        }
    }
}

extension RPMListFile {
    /// The file name of the list in compact format.
    ///
    /// - Throws: ``CommandError`` where no such list could be loaded.
    func compactName() throws(CommandError) -> Path {
        var bytes = name.bytes
        if let format = bytes.withUnsafeBytes({ ListName($0.bytes)?.format }) {
            bytes.replaceSubrange(format, with: "compact".utf8)
        }
        return try Path(bytes: bytes).checkedAsListName()
    }

    /// Converts the list.
    ///
    /// - Parameters:
    ///   - list: Where the compact list is built.
    ///   - abi: The numbering of types.
    ///   - immutableOnly: Whether the digests of files that may change are left out, whatever the
    ///     directory says.
    /// - Returns: How many digests the compact list has.
    /// - Throws: ``CommandError`` where the parser would refuse the file.
    func convert(
        into list: inout CompactListBuffer, abi: ABI, immutableOnly: Bool
    ) throws(CommandError) -> CompactListBuffer.Counts {
        guard let label = name.bytes.withUnsafeBytes({ Label(listName: $0.bytes) }) else {
            throw CommandError("no label can have this name")
        }
        let file = try openList(name, in: directory)
        do {
            return try RPMFiles(of: RPMDigestList(from: file)).convert(
                into: &list, label: label, abi: abi,
                immutableOnly: immutableOnly || self.immutableOnly)
        } catch {
            throw CommandError(error.text)
        }
    }
}
