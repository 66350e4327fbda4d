import AppendedSignature
import CommandLineTool
import DigestList
import DigestListTools
import FileDigests
import Glibc
import KernelInterface
import ListVerification
import MeasurementList

/// A digest list of a directory: what IMA measures of it, and what the kernel gets from it.
struct MeasuredList {
    /// The file's name.
    let name: Path
    /// What reads the list.
    let format: Format
    /// The label under which the list is loaded; `nil` where it can have none.
    let label: Label?
    /// The digests of the file, by their algorithm; empty where it cannot be read.
    let digests: [HashAlgorithm: [UInt8]]
    /// The list that the kernel gets; empty where it gets none, because there are no digests or the
    /// file would be refused.
    let list: [UInt8]
    /// Why the file would be refused.
    let error: String?

    /// What reads a list.
    enum Format {
        /// The kernel itself.
        case compact
        /// `rpm_parser`.
        case rpm
        /// Another parser.
        case other
    }
}

/// Reads the digest lists of a directory.
struct MeasuredListReader: ~Copyable {
    private let directory: Path
    private let abi: ABI
    private let algorithms: [HashAlgorithm]
    private let hashers: Hashers
    private let immutableOnly: Bool
    private var buffer = CompactListBuffer()

    /// Begins to read a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - abi: The numbering of types.
    ///   - algorithms: The algorithms of the files' digests.
    ///   - hashers: What computes them.
    init(_ directory: Path, abi: ABI, _ algorithms: [HashAlgorithm], hashers: Hashers) {
        self.directory = directory
        self.abi = abi
        self.algorithms = algorithms
        self.hashers = hashers
        immutableOnly = RPMListFile.hasMark(directory)
    }

    /// Reads a file.
    ///
    /// - Parameter name: The file's name, which is one of a digest list.
    mutating func read(_ name: Path) -> MeasuredList {
        let format = Self.format(of: name)
        let label = name.bytes.withUnsafeBytes { Label(listName: $0.bytes) }
        var digests: [HashAlgorithm: [UInt8]] = [:]
        var list: [UInt8] = []
        var reason: String?
        do throws(CommandError) {
            let path = directory.appending(name)
            let file = try Self.contents(of: path)
            for algorithm in algorithms { digests[algorithm] = hashers.digest(of: file, algorithm) }
            list = try self.list(of: path, file, format)
        } catch {
            reason = error.text
        }
        return MeasuredList(
            name: name, format: format, label: label, digests: digests, list: list, error: reason)
    }

    private static func format(of name: Path) -> MeasuredList.Format {
        let label = ListLabel(path: name)
        return label.hasFormat("rpm") ? .rpm : label.hasFormat("compact") ? .compact : .other
    }

    /// The bytes of a file, which is none behind a symbolic link.
    private static func contents(of path: Path) throws(CommandError) -> [UInt8] {
        let descriptor = try openRegularFile(path, followsLink: false)
        defer { close(descriptor) }
        let bytes = try readAll(descriptor, limit: largestDigestList)
        if bytes.isEmpty { throw CommandError("empty file") }
        return bytes
    }

    private mutating func list(
        of path: Path, _ file: [UInt8], _ format: MeasuredList.Format
    ) throws(CommandError) -> [UInt8] {
        switch format {
        case .rpm:
            let counts = try RPMListFile(path, immutableOnly: immutableOnly)
                .convert(into: &buffer, abi: abi, immutableOnly: false)
            return counts.total == 0 ? [] : Array(buffer.list)
        case .compact: return try acceptable(SignedFile(list: file).content, abi: abi)
        case .other: return []
        }
    }
}

extension MeasuredList {
    /// What the parser or the kernel gives IMA to measure for this list: one upload, or, where that
    /// is too large for the kernel, several.
    ///
    /// - Parameter abi: The numbering of types.
    func uploads(abi: ABI) -> [[UInt8]] {
        if list.isEmpty { return [] }
        guard format == .rpm, list.count > Interface.maximumListSize else { return [list] }
        return parts(abi: abi)
    }

    /// The parts that the parser cuts a list into: each a block of its own, and the tail.
    private func parts(abi: ABI) -> [[UInt8]] {
        guard let label else { return [] }
        var parts: [[UInt8]] = []
        var blocks = CompactBlocks(abi: abi)
        while let block = try? blocks.next(in: list.span.bytes) {
            let size = block.header.algorithm.digestSize
            let room = Interface.maximumListSize - CompactHeader.size - UploadTail.size
            let step = room / size * size
            for start in stride(
                from: block.digests.lowerBound, to: block.digests.upperBound, by: step)
            {
                let digests = start..<min(start + step, block.digests.upperBound)
                var header = block.header
                header.count = UInt32(digests.count / size)
                if let part = part(header, digests, label, abi) { parts.append(part) }
            }
        }
        return parts
    }

    private func part(
        _ header: CompactHeader, _ digests: Range<Int>, _ label: Label, _ abi: ABI
    ) -> [UInt8]? {
        var part = [UInt8](repeating: 0, count: CompactHeader.size) + list[digests]
        let tail = part.count
        part += [UInt8](repeating: 0, count: UploadTail.size)
        let isEncoded: Void? = try? part.withUnsafeMutableBytes {
            (bytes) throws(CompactListError) in
            try header.encode(into: bytes, abi: abi)
            try UploadTail(of: label).encode(
                into: bytes, at: tail, algorithm: header.algorithm, abi: abi)
        }
        return isEncoded == nil ? nil : part
    }
}
