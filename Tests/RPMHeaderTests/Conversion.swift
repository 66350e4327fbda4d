import BlackBox
import DigestList
import RPMHeader
import RPMHeaderTools

/// Converts a digest list.
///
/// - Returns: The compact list.
func convert(
    _ list: [UInt8], abi: ABI = .v3, immutableOnly: Bool = false
) throws(RPMHeaderError) -> [UInt8] {
    var buffer = CompactListBuffer()
    let files = try open(list)
    let label = Label(listName: "a".utf8.span.bytes)!
    _ = try files.convert(into: &buffer, label: label, abi: abi, immutableOnly: immutableOnly)
    // Without the tail.
    return Array(buffer.list.dropLast(UploadTail.size))
}

/// Reads a digest list.
func open(_ list: [UInt8]) throws(RPMHeaderError) -> RPMFiles {
    try RPMFiles(of: parse(list))
}

/// Takes a digest list apart.
func parse(_ list: [UInt8]) throws(RPMHeaderError) -> RPMDigestList {
    try list.span.withUnsafeBytes { bytes throws(RPMHeaderError) in
        try RPMDigestList(copying: bytes)
    }
}

/// What is wrong with a digest list; `nil` for one that is in order.
func firstError(in list: [UInt8], immutableOnly: Bool = false) -> RPMHeaderError? {
    do throws(RPMHeaderError) {
        _ = try convert(list, immutableOnly: immutableOnly)
        return nil
    } catch {
        return error
    }
}

/// The digests of a digest list after its conversion, read back without the library.
func convertedDigests(of list: [UInt8], abi: ABI = .v3) throws -> PackageDigests {
    var digests = PackageDigests()
    for block in try ListBlock.blocks(of: convert(list, abi: abi)) {
        let texts = block.digests.map { hexadecimal($0) }
        if block.isImmutable { digests.immutable += texts } else { digests.mutable += texts }
    }
    return digests
}

/// A package of three files in two directories, none of which is special.
let usualFiles = [
    PackagedFile(directory: "/etc/", name: "a", digest: madeUpDigest(1)),
    PackagedFile(directory: "/usr/bin/", name: "b", mode: 0o100755, digest: madeUpDigest(2)),
    PackagedFile(directory: "/etc/", name: "c", size: 0, digest: madeUpDigest(3)),
]
