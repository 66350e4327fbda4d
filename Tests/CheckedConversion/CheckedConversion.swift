import DigestList
import DigestListTools
import RPMHeader
import RPMHeaderTools

/// The conversion of RPM digest lists, with everything checked that comes out of it.
public struct CheckedConversion: ~Copyable {
    private var list = CompactListBuffer()
    private let label = Label(listName: "0-file_list-rpm-a".utf8.span.bytes)!

    /// Creates a conversion.
    public init() {}

    /// What became of a list.
    public enum Outcome {
        /// The list was converted, and all is as it must be.
        case accepted
        /// The list was refused.
        case refused(RPMHeaderError)
        /// Something else came out than must.
        case wrong(String)
    }

    /// Converts a list.
    ///
    /// - Parameters:
    ///   - bytes: The list.
    ///   - abi: The numbering of types.
    ///   - immutableOnly: Whether the digests of files that may change are left out.
    ///   - names: Whether the files' paths are read too.
    public mutating func convert(
        _ bytes: [UInt8], abi: ABI, immutableOnly: Bool, names: Bool
    ) -> Outcome {
        do throws(RPMHeaderError) {
            let files = try Self.files(of: bytes)
            let counts = try files.convert(
                into: &list, label: label, abi: abi, immutableOnly: immutableOnly)
            guard let header = PlainHeader(bytes), header.isBinary,
                let plain = PlainFiles(of: header)
            else {
                return .wrong("a list that cannot be read otherwise")
            }
            if let wrong = wrongBlocks(counts, abi: abi, sourceSize: bytes.count) {
                return .wrong(wrong)
            }
            let expected = plain.compactList(abi: abi, immutableOnly: immutableOnly)
            guard list.list.elementsEqual(expected) else {
                return .wrong("other digests than read otherwise")
            }
            if names, try !Self.hasPaths(files, of: plain) {
                return .wrong("other paths than read otherwise")
            }
            return .accepted
        } catch {
            return .refused(error)
        }
    }

    private static func files(
        of bytes: [UInt8]
    ) throws(RPMHeaderError) -> RPMFiles {
        let list = try bytes.span.withUnsafeBytes { bytes throws(RPMHeaderError) in
            try RPMDigestList(copying: bytes)
        }
        return try RPMFiles(of: list)
    }

    /// What makes the list one that the kernel does not take, or larger than its source allows.
    private func wrongBlocks(
        _ counts: CompactListBuffer.Counts, abi: ABI, sourceSize: Int
    ) -> String? {
        var walk = CompactBlocks(abi: abi)
        var blocks: [CompactHeader] = []
        do throws(CompactListError) {
            while let block = try walk.next(in: list.list.bytes) { blocks.append(block.header) }
        } catch {
            return "a malformed list: \(error.reason)"
        }
        func header(_ count: Int, _ modifiers: CompactHeader.Modifiers) -> CompactHeader {
            CompactHeader(
                type: .file, modifiers: modifiers, algorithm: blocks.first?.algorithm ?? .md5,
                count: UInt32(count))
        }
        let expected = [header(counts.mutable, []), header(counts.immutable, .immutable)]
            .filter { $0.count > 0 }
        // The tail, which has no digests and is compared below.
        blocks.removeAll { $0.count == 0 }
        guard blocks == expected else { return "other blocks than counted" }
        let room = 6 * CompactHeader.size + sourceSize / 2
        return list.list.count > room ? "more digests than there is room for" : nil
    }

    private static func hasPaths(
        _ files: borrowing RPMFiles, of plain: PlainFiles
    ) throws(RPMHeaderError) -> Bool {
        try files.paths().elementsEqual(plain.files) { path, file in
            path.directory.elementsEqual(file.directory) && path.name.elementsEqual(file.name)
        }
    }
}
