import CommandLineTool
import DigestList
import DigestListTools
import KernelInterface
import RPMHeader
import RPMHeaderTools

/// The conversion of digest lists to what is uploaded for them, by the parser's own code.
struct ListConversion: ~Copyable {
    /// The label under which lists are loaded, on which nothing but their end depends.
    var label = Label(listName: "list".utf8.span.bytes)!
    /// Whether the digests of files that may change are left out of RPM digest lists.
    var immutableOnly = false

    private let abi: ABI
    private var buffer = CompactListBuffer()
    /// The compact list that was taken last, if it was one.
    private var compact: [UInt8]?

    /// Begins.
    ///
    /// - Parameter abi: The numbering of types.
    init(abi: ABI) { self.abi = abi }

    /// Converts a list, and so checks it as who loads it does.
    ///
    /// - Parameters:
    ///   - content: The list, without a signature.
    ///   - format: The list's format.
    /// - Throws: ``CommandError`` where the kernel or the parser would refuse the list.
    mutating func convert(
        _ content: [UInt8], as format: DigestListFormat
    ) throws(CommandError) {
        compact = nil
        try content.withUnsafeBufferPointer { (bytes) throws(CommandError) in
            let list = UnsafeRawBufferPointer(bytes)
            switch format {
            case .compact: try forEachBlock(of: list, abi: abi) { _ in }
            case .rpm, .package: try convertRPM(list)
            }
        }
        if format == .compact { compact = content }
    }

    private mutating func convertRPM(_ list: UnsafeRawBufferPointer) throws(CommandError) {
        do {
            _ = try RPMFiles(of: RPMDigestList(copying: list)).convert(
                into: &buffer, label: label, abi: abi, immutableOnly: immutableOnly)
        } catch {
            throw CommandError(error.sentence(about: list).text)
        }
    }

    /// Gives what is uploaded for the list that was converted last: one compact list, or its parts
    /// where the kernel takes none of that size; nothing for an RPM digest list without digests.
    ///
    /// - Parameter body: Gets the bytes of each upload.
    func forEachUpload(_ body: (UnsafeRawBufferPointer) -> Void) {
        if let compact { return compact.withUnsafeBytes(body) }
        let list = buffer.list
        var limit = Interface.maximumListSize
        if list.count > limit {
            // What has been converted just now can be cut.
            try? Interface.forEachPart(of: list, label, abi, &limit) { part, _ in body(part) }
        } else if !list.isEmpty {
            body(list)
        }
    }
}

/// Goes through the blocks of a compact list, and so checks it as the kernel does.
///
/// - Parameters:
///   - list: The list, without a signature.
///   - abi: The numbering of types.
///   - body: Gets each block.
/// - Throws: ``CommandError`` where the kernel would refuse the list.
public func forEachBlock(
    of list: UnsafeRawBufferPointer, abi: ABI, _ body: (CompactBlock) -> Void
) throws(CommandError) {
    var walk = CompactBlocks(abi: abi)
    var count = 0
    do {
        while let block = try walk.next(in: list.bytes) {
            count += 1
            body(block)
        }
    } catch {
        let place = "block \(count + 1), at byte \(walk.offset)"
        throw CommandError("\(error.reason) (\(place), ABI \(abi.name))")
    }
}

extension RPMHeaderError {
    /// The error as a sentence, and which package it is about where that is worth knowing.
    ///
    /// - Parameter list: The RPM digest list, without a signature.
    public func sentence(
        about list: UnsafeRawBufferPointer
    ) -> (text: String, sourcePackage: String?) {
        guard problem == .sourcePackage,
            let header = try? RPMHeader(importing: RPMDigestList(copying: list))
        else { return (text, nil) }
        let package = packageName(of: header)
        return ("\(text), \(package)", package)
    }
}

/// The package as `name-version-release.arch`, with a question mark for what is missing.
///
/// - Parameter header: The package's header.
public func packageName(of header: borrowing RPMHeader) -> String {
    let parts = [PackageTag.name, .version, .release, .arch].map { tag in
        header.string(of: tag).map { Path(cString: $0).text } ?? "?"
    }
    return "\(parts[0])-\(parts[1])-\(parts[2]).\(parts[3])"
}
