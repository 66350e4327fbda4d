import AppendedSignature
import CommandLineTool
import DigestList
import DigestListTools
import FileDigests
import Glibc

/// A file of the digest list directory, and the list that the kernel would get from it.
struct DirectoryList {
    /// The file's name.
    let name: Path
    /// The label under which the kernel has the list; `nil` where it can have none.
    let label: ListLabel?
    /// What the file holds.
    let content: Content

    /// What a file holds.
    enum Content {
        /// A list, as the kernel gets it.
        case list([UInt8])
        /// No digests, so that nothing is loaded.
        case empty
        /// What the parser or the kernel would refuse, and why.
        case broken(String)
        /// A list in a format that only another parser knows.
        case otherFormat
    }

    /// The files of a directory that are named as digest lists, in the order of upload.
    ///
    /// - Parameter directory: The directory.
    /// - Throws: ``CommandError`` where it cannot be read.
    static func names(in directory: Path) throws(CommandError) -> [Path] {
        try entries(of: directory)
            .filter { $0.bytes.withUnsafeBytes { ListName($0.bytes) != nil } }
            .sorted { first, second in
                first.bytes.withUnsafeBytes { first in
                    second.bytes.withUnsafeBytes {
                        ListName.precedes(first.bytes, $0.bytes)
                    }
                }
            }
    }
}

/// Reads the files of a directory as the parser and the kernel read them.
struct DirectoryListReader: ~Copyable {
    private let directory: Path
    private let abi: ABI
    private let immutableOnly: Bool
    /// The bytes before a label in the names of loaded lists.
    private let nameStart: Int
    private var buffer = CompactListBuffer()

    /// The largest file that the kernel reads, in bytes.
    private static let largestFile = 64 << 20

    /// Begins to read a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - state: What is loaded.
    init(_ directory: Path, against state: borrowing LoadedState) {
        self.directory = directory
        abi = state.abi
        immutableOnly = RPMListFile.hasMark(directory)
        nameStart = state.lists.first?.identity.count ?? 0
    }

    /// Reads a file.
    ///
    /// - Parameter name: The file's name, which is one of a digest list.
    /// - Returns: `nil` where the file has gone.
    mutating func read(_ name: Path) -> DirectoryList? {
        let path = directory.appending(name)
        let bytes = name.bytes
        let isRPM = bytes.withUnsafeBytes { ListName($0.bytes)?.hasFormat("rpm", in: $0.bytes) }
        let isCompact = bytes.withUnsafeBytes {
            ListName($0.bytes)?.hasFormat("compact", in: $0.bytes)
        }
        let label = isRPM == true ? Self.parserLabel(name) : kernelLabel(name)
        let content: DirectoryList.Content
        do throws(CommandError) {
            if isRPM == true {
                guard label != nil else { throw CommandError("no label can have this name") }
                content = try convert(path)
            } else if isCompact == true {
                content = .list(try compactList(at: path))
            } else {
                content = .otherFormat
            }
        } catch {
            guard isThere(path) else { return nil }
            content = .broken(error.text)
        }
        return DirectoryList(name: name, label: label, content: content)
    }

    private func isThere(_ path: Path) -> Bool {
        var status = stat()
        return path.withCString { lstat($0, &status) } == 0
    }

    private mutating func convert(_ path: Path) throws(CommandError) -> DirectoryList.Content {
        let file = RPMListFile(path, immutableOnly: immutableOnly)
        let counts = try file.convert(into: &buffer, abi: abi, immutableOnly: false)
        return counts.total == 0 ? .empty : .list(Array(buffer.list))
    }

    /// The list in a compact list's file, which the kernel opens itself.
    private func compactList(at path: Path) throws(CommandError) -> [UInt8] {
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        let bytes = try readAll(descriptor, limit: Self.largestFile)
        if bytes.isEmpty { throw CommandError("empty file") }
        let file: SignedFile
        do { file = try SignedFile(bytes) } catch { throw CommandError("\(error.reason)") }
        do { try CompactBlocks.validate(file.content.span.bytes, abi: abi) } catch {
            throw CommandError("\(error.reason)")
        }
        return file.content
    }

    /// The label that the parser gives a list.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: `nil` where no label can have it.
    static func parserLabel(_ name: Path) -> ListLabel? {
        name.bytes.withUnsafeBytes { Label(listName: $0.bytes) }
            .map { ListLabel(path: Path(bytes: $0.bytes.dropLast())) }
    }

    /// The label that a list gets which the kernel opens: the file's name, as far as it fits beside
    /// the list's digest and a suffix, and otherwise up to a dot.
    private func kernelLabel(_ name: Path) -> ListLabel? {
        let room = LoadedListReader.longestName - nameStart
        let view = (name.bytes + Array(".ascii".utf8)).prefix(room)
        return view.lastIndex(of: UInt8(ascii: ".")).map {
            ListLabel(path: Path(bytes: Array(view[..<$0])))
        }
    }
}
