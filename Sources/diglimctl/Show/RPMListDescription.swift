import CommandLineTool
import DigestList
import DigestListTools
import ListVerification
import RPMHeader
import RPMHeaderTools

extension ListDescription {
    /// Describes an RPM digest list.
    ///
    /// - Parameters:
    ///   - list: The list, without a signature.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` where the parser would refuse the list.
    mutating func readRPM(
        _ list: UnsafeRawBufferPointer, withDigests: Bool
    ) throws(CommandError) {
        do {
            let files = try RPMFiles(of: RPMDigestList(copying: list))
            package = packageName(of: files.header)
            try readFiles(files, withDigests: withDigests)
        } catch {
            let (text, sourcePackage) = error.sentence(about: list)
            package = sourcePackage ?? package
            throw CommandError(text)
        }
    }

    private mutating func readFiles(
        _ files: borrowing RPMFiles, withDigests: Bool
    ) throws(RPMHeaderError) {
        var converted = CompactListBuffer()
        // Only what depends on no label is described.
        let label = "list".utf8.span.bytes
        let counts = try files.convert(
            into: &converted, label: Label(listName: label)!, abi: .v3, immutableOnly: false)
        mutable = counts.mutable
        immutable = counts.immutable
        let algorithm = "\(files.algorithm.name)"
        blocks = [(false, counts.mutable), (true, counts.immutable)].filter { $0.1 > 0 }.map {
            Block(
                type: "\(ListType.file.name)", algorithm: algorithm, immutable: $0,
                modifiers: $0 ? CompactHeader.Modifiers.immutable.rawValue : 0, count: $1)
        }
        if withDigests { digests = try digests(of: files) }
    }

    private func digests(of files: borrowing RPMFiles) throws(RPMHeaderError) -> [Digest] {
        var digests: [Digest] = []
        let algorithm = "\(files.algorithm.name)"
        let length = 2 * files.algorithm.digestSize
        let paths = try files.paths()
        func add(_ index: Int, _ digits: UnsafePointer<UInt8>, _ isImmutable: Bool) {
            let digest = printable(UnsafeBufferPointer(start: digits, count: length))
            let path = paths[index]
            digests.append(
                Digest(
                    algorithm: algorithm, digest: digest.lowercased(), immutable: isImmutable,
                    path: printable(Array(path.directory) + Array(path.name))))
        }
        try files.forEach(add)
        return digests
    }
}
