import AppendedSignature
import CommandLineTool
import DigestList
import ListVerification

extension ListDescription {
    /// Describes what a file holds: the list, then the signature.
    ///
    /// - Parameters:
    ///   - file: The file's bytes.
    ///   - abi: The numbering of types in compact lists.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` with what is wrong; what comes before it has been described.
    mutating func read(
        _ file: [UInt8], abi: ABI, withDigests: Bool = false
    ) throws(CommandError) {
        let format = try DigestListFormat(of: file)
        self.format = format
        let parts = try SignedFile(list: file)
        try read(parts.content, as: format, abi: abi, withDigests: withDigests)
        guard let appended = parts.signature else { return }
        var description = SignatureDescription(kind: appended.kind, size: appended.data.count)
        // What can be said of a broken signature is said.
        defer { signature = description }
        try description.read(appended)
    }

    /// Describes a list, and so checks it as who loads it does.
    ///
    /// - Parameters:
    ///   - content: The list, without a signature.
    ///   - format: The list's format.
    ///   - abi: The numbering of types in compact lists.
    ///   - withDigests: Whether the digests are wanted too.
    /// - Throws: ``CommandError`` where the kernel or the parser would refuse the list.
    mutating func read(
        _ content: [UInt8], as format: DigestListFormat, abi: ABI, withDigests: Bool = false
    ) throws(CommandError) {
        try content.withUnsafeBufferPointer { (buffer) throws(CommandError) in
            let content = UnsafeRawBufferPointer(buffer)
            switch format {
            case .compact: try readCompact(content, abi: abi, withDigests: withDigests)
            case .rpm, .package: try readRPM(content, withDigests: withDigests)
            }
        }
    }
}
