import BlackBox

/// An RPM package made by hand, to have what no build tool would make.
struct PackageBuilder {
    /// The package's name; `nil` for a header without one.
    var name: String? = "odd"
    /// The package's version and release.
    var version = "1"
    var release = "1"
    /// The package's epoch; `nil` for a header without one.
    var epoch: UInt32?
    /// The package's architecture; `nil` for a header without one.
    var arch: String? = "noarch"
    /// Whether it is a source package.
    var isSource = false
    /// Whether the header has an immutable region, as all have since RPM 4.
    var hasRegion = true
    /// The path of the package's only file, a directory and a name; `nil` for none.
    var file: (directory: String, name: String)?
    /// The digest of the only file, MD5 in hexadecimal.
    var digest = "0123456789abcdef0123456789abcdef"
    /// What makes packages of the same name different.
    var summary = "A package"

    /// The header with its magic; with a region, it is the digest list of an unsigned package too.
    var header: [UInt8] {
        var header = HeaderWriter()
        if let name { header.entries.append(.string(.name, name)) }
        header.entries += [.string(.version, version), .string(.release, release)]
        if let epoch { header.entries.append(.numbers(.epoch, [epoch])) }
        header.entries.append(.string(.summary, summary))
        if let arch { header.entries.append(.string(.arch, arch)) }
        if let file {
            header.entries += [
                .numbers(.fileSizes, [1] as [UInt32]),
                .numbers(.fileModes, [0o100644] as [UInt16]), .strings(.fileDigests, [digest]),
            ]
            header.entries.append(source)
            header.entries += [
                .numbers(.dirIndexes, [0] as [UInt32]), .strings(.baseNames, [file.name]),
                .strings(.dirNames, [file.directory]),
            ]
        } else {
            header.entries.append(source)
        }
        return header.bytes(region: hasRegion ? 63 : nil)
    }

    private var source: HeaderWriter.Entry {
        isSource
            ? .numbers(.sourcePackage, [1] as [UInt32]) : .string(.sourceRPM, "odd-1-1.src.rpm")
    }

    /// The package file, with an empty payload.
    var package: [UInt8] {
        // The size of what follows the signature header, as signature headers tell it.
        let size = bigEndian(UInt32(header.count))
        var signature = HeaderWriter([.init(tag: 1000, type: 4, count: 1, data: size)])
            .bytes(region: 62)
        while signature.count % 8 != 0 { signature.append(0) }
        return lead + signature + header
    }

    private var lead: [UInt8] {
        var bytes: [UInt8] = [0xed, 0xab, 0xee, 0xdb, 3, 0, 0, isSource ? 1 : 0, 0, 1]
        bytes += Array("odd".utf8) + [UInt8](repeating: 0, count: 63)
        return bytes + [0, 1, 0, 5] + [UInt8](repeating: 0, count: 16)
    }
}
