import CommandLineTool
import DigestList
import FileDigests
import Glibc
import LinuxFiles

/// Verifies the digest lists of a directory, and says what is uploaded for them.
///
/// A list counts where `diglimctl verify` with the same keys would end with 0: only a good signature
/// does. What has been found out is kept for as long as the file stays the same.
public final class ListVerifier {
    let path: Path
    private let verifier: Verifier
    private let hasher: Hasher
    private var conversion: ListConversion
    private var known: [Path: Known] = [:]
    /// The directory; `nil` where there is none.
    private var directory: FileDescriptor?
    private var directoryIdentity: FileIdentity?
    /// How often another directory has been opened.
    private(set) var openings = 0

    /// What is known of a file.
    private struct Known {
        var file: FileIdentity
        var immutableOnly: Bool
        var list: VerifiedList
    }

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - directory: The path of the directory of digest lists, which need not be there yet.
    ///   - keys: Who may have signed.
    ///   - abi: The numbering of types.
    /// - Throws: ``CommandError`` where libcrypto has no SHA-256.
    public init(directory: Path, keys: TrustedKeys, abi: ABI) throws(CommandError) {
        path = directory
        verifier = Verifier(certificates: keys.certificates, keyring: keys.keyring, abi: abi)
        conversion = ListConversion(abi: abi)
        do { hasher = try Hasher(.sha256) } catch { throw CommandError(error.text) }
    }

    /// Verifies the list that is loaded under a label.
    ///
    /// - Parameter label: The label, whatever its bytes are.
    public func verify(label: [UInt8]) -> VerifiedList {
        guard let name = Path(listLabel: label) else {
            return .refused("the label is not the name of a file")
        }
        do {
            try openDirectory()
            if let list = try verify(name) { return list }
            // What the parser has shortened stands for a longer name.
            if let longName = try longName(of: name), let list = try verify(longName) {
                return list
            }
            return VerifiedList(because: "no file has this name: \(Errno.noEntry.text)")
        } catch {
            return VerifiedList(because: error.text)
        }
    }
}

// MARK: - Files

extension ListVerifier {
    /// Opens the directory that has the path now, unless it is the one that is open.
    ///
    /// - Throws: ``CommandError`` where there is none.
    func openDirectory() throws(CommandError) {
        var status = stat()
        let isThere = path.withCString { stat($0, &status) } == 0
        if isThere, directoryIdentity?.isSameFile(as: FileIdentity(status)) == true { return }
        closeDirectory()
        do throws(Errno) {
            let opened = try path.withCString { (path) throws(Errno) in
                try FileDescriptor(path: path, for: [.reading, .directory])
            }
            directoryIdentity = FileIdentity(try opened.status())
            directory = consume opened
            openings += 1
        } catch {
            throw CommandError("the directory of digest lists: \(error.text)")
        }
    }

    /// Closes the directory, if it is open, and forgets its files.
    func closeDirectory() {
        forgetAll()
        directory = nil
        directoryIdentity = nil
    }

    /// The names in the directory.
    func names() throws(CommandError) -> [Path] {
        guard
            let names = try withDirectory({ (directory) throws(Errno) in
                var names = NameList()
                try directory.list(into: &names) { _ in true }
                return (0..<names.count).map { Path(cString: names[$0]) }
            })
        else { return [] }
        return names
    }

    private func longName(of name: Path) throws(CommandError) -> Path? {
        guard let label = name.label, label.isShortened else { return nil }
        return try names().filter { $0 != name && $0.label?.bytes == label.bytes }
            .min { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// What is known of a file's state, and whether the directory leaves digests out.
    private func state(
        of name: Path
    ) throws(CommandError) -> (file: FileIdentity, immutableOnly: Bool)? {
        try withDirectory { (directory) throws(Errno) in
            let status = try name.withCString { (name) throws(Errno) in
                try directory.status(of: name)
            }
            return (FileIdentity(status), directory.hasEntry(".immutable"))
        }
    }

    private func withDirectory<Result>(
        _ body: (borrowing FileDescriptor) throws(Errno) -> Result
    ) throws(CommandError) -> Result? {
        switch directory {
        case .none: return nil
        case .some(let directory):
            do throws(Errno) { return try body(directory) } catch {
                if error == .noEntry { return nil }
                throw CommandError(error.text)
            }
        }
    }
}

// MARK: - Lists

extension ListVerifier {
    /// Verifies a file, unless it is known.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: `nil` where there is no such file.
    func verify(_ name: Path) throws(CommandError) -> VerifiedList? {
        guard let (file, immutableOnly) = try state(of: name) else {
            known[name] = nil
            return nil
        }
        if let known = known[name], known.file == file, known.immutableOnly == immutableOnly {
            return known.list
        }
        known[name] = nil
        let (list, read) = examine(name, immutableOnly)
        // What has changed just now may change again without another time.
        if let read, !read.isRecent, let now = try state(of: name), now.file == read {
            known[name] = Known(file: read, immutableOnly: immutableOnly, list: list)
        }
        return list
    }

    /// Whether a file has changed just now, so that what is found out could not be kept.
    func isRecent(_ name: Path) -> Bool { (try? state(of: name))??.file.isRecent ?? false }

    /// Forgets a file.
    func forget(_ name: Path) { known[name] = nil }

    /// Forgets all files, or those that are gone.
    func forgetAll(but names: Set<Path> = []) { known = known.filter { names.contains($0.key) } }

    /// - Returns: What the list is worth, and the identity of the file that was read.
    private func examine(_ name: Path, _ immutableOnly: Bool) -> (VerifiedList, FileIdentity?) {
        var result = VerifyResult(of: name)
        var identity: FileIdentity?
        do throws(CommandError) {
            guard let label = name.label else { throw CommandError("no label can have this name") }
            conversion.label = label
            conversion.immutableOnly = immutableOnly
            return (verify(try read(name, &identity), &result), identity)
        } catch {
            return (VerifiedList(because: error.text), identity)
        }
    }

    private func read(
        _ name: Path, _ identity: inout FileIdentity?
    ) throws(CommandError) -> [UInt8] {
        switch directory {
        case .none: throw CommandError(Errno.noEntry.text)
        case .some(let directory):
            let file = try openList(name, in: directory)
            identity = (try? file.status()).map { FileIdentity($0) }
            return try readAll(file.rawValue, limit: largestDigestList)
        }
    }

    private func verify(_ file: [UInt8], _ result: inout VerifyResult) -> VerifiedList {
        var isConverted = false
        verifier.verify(file, into: &result, onlyGood: true) {
            (content, format) throws(CommandError) in
            isConverted = true
            try conversion.convert(content, as: format)
        }
        guard result.verdict == .good, isConverted else {
            return VerifiedList(because: result.text)
        }
        var uploads: [VerifiedList.Upload] = []
        conversion.forEachUpload {
            uploads.append(VerifiedList.Upload(digest: hasher.digest(of: $0), size: $0.count))
        }
        return uploads.isEmpty
            ? .refused("without digests, so nothing is uploaded") : .good(uploads)
    }
}

/// What tells one state of a file from another.
struct FileIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t
    private let size: off_t
    private let contentChange: Int64
    private let statusChange: Int64

    init(_ status: stat) {
        device = status.st_dev
        inode = status.st_ino
        size = status.st_size
        contentChange = Self.nanoseconds(status.st_mtim)
        statusChange = Self.nanoseconds(status.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    func isSameFile(as other: FileIdentity) -> Bool {
        device == other.device && inode == other.inode
    }

    /// The longest step of the clock that file systems take their times from, in nanoseconds.
    static let timestampStep: UInt64 = 10_000_000

    /// Whether the file may change once more and keep its times.
    var isRecent: Bool {
        Clock.ofFiles.distance(to: statusChange).magnitude <= Self.timestampStep
    }
}

extension Path {
    /// The name of the file that a label stands for; `nil` where it can be none in a directory.
    fileprivate init?(listLabel label: [UInt8]) {
        guard 1...255 ~= label.count, label != Array(".".utf8), label != Array("..".utf8),
            !label.contains(0), !label.contains(UInt8(ascii: "/"))
        else { return nil }
        self.init(bytes: label)
    }

    /// The label of a list with this file name.
    fileprivate var label: Label? { bytes.withUnsafeBytes { Label(listName: $0.bytes) } }
}
