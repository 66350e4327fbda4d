/// An RPM package made by hand, to have what no build tool would make.
struct PackageBuilder {
    /// The package's name; `nil` for a header without one.
    var name: String? = "odd"
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

    /// A value of a tag.
    private struct Entry {
        var tag: UInt32
        var type: UInt32
        var count: UInt32
        var data: [UInt8]

        static func string(_ tag: UInt32, _ text: String) -> Entry {
            Entry(tag: tag, type: 6, count: 1, data: Array(text.utf8) + [0])
        }

        static func strings(_ tag: UInt32, _ text: String) -> Entry {
            Entry(tag: tag, type: 8, count: 1, data: Array(text.utf8) + [0])
        }

        static func number(_ tag: UInt32, _ number: UInt32) -> Entry {
            Entry(tag: tag, type: 4, count: 1, data: bigEndian(number))
        }

        static func short(_ tag: UInt32, _ number: UInt16) -> Entry {
            Entry(
                tag: tag, type: 3, count: 1, data: [UInt8(number >> 8), UInt8(number & 0xff)])
        }
    }

    /// The header with its magic; with a region, it is the digest list of an unsigned package too.
    var header: [UInt8] {
        var entries: [Entry] = []
        if let name { entries.append(.string(1000, name)) }
        entries += [.string(1001, "1"), .string(1002, "1"), .string(1004, summary)]
        if let arch { entries.append(.string(1022, arch)) }
        if let file {
            entries += [
                .number(1028, 1), .short(1030, 0o100644), .strings(1035, digest),
            ]
            entries.append(isSource ? .number(1106, 1) : .string(1044, "odd-1-1.src.rpm"))
            entries += [
                .number(1116, 0), .strings(1117, file.name), .strings(1118, file.directory),
            ]
        } else {
            entries.append(isSource ? .number(1106, 1) : .string(1044, "odd-1-1.src.rpm"))
        }
        return Self.encode(entries, region: hasRegion ? 63 : nil)
    }

    /// The package file, with an empty payload.
    var package: [UInt8] {
        var signature = Self.encode([.number(1000, UInt32(header.count))], region: 62)
        while signature.count % 8 != 0 { signature.append(0) }
        return lead + signature + header
    }

    private var lead: [UInt8] {
        var bytes: [UInt8] = [0xed, 0xab, 0xee, 0xdb, 3, 0, 0, isSource ? 1 : 0, 0, 1]
        bytes += Array("odd".utf8) + [UInt8](repeating: 0, count: 63)
        return bytes + [0, 1, 0, 5] + [UInt8](repeating: 0, count: 16)
    }

    private static func encode(_ entries: [Entry], region: UInt32?) -> [UInt8] {
        var index: [UInt8] = []
        var data: [UInt8] = []
        for entry in entries {
            let alignment = [3: 2, 4: 4][entry.type] ?? 1
            while data.count % alignment != 0 { data.append(0) }
            index += bigEndian(entry.tag) + bigEndian(entry.type)
            index += bigEndian(UInt32(data.count)) + bigEndian(entry.count)
            data += entry.data
        }
        if let region {
            let start = bigEndian(region) + bigEndian(7)
            index = start + bigEndian(UInt32(data.count)) + bigEndian(16) + index
            data += start + bigEndian(UInt32(bitPattern: -Int32(index.count))) + bigEndian(16)
        }
        let intro: [UInt8] = [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0]
        return intro + bigEndian(UInt32(index.count / 16)) + bigEndian(UInt32(data.count))
            + index + data
    }
}

/// A number as four bytes, the highest first.
func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// A number as bytes, the lowest first.
func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// The end of a file with an appended signature.
///
/// - Parameters:
///   - kind: 0 for OpenPGP, 2 for PKCS#7.
///   - signature: The signature data.
func appended(_ signature: [UInt8], kind: UInt8) -> [UInt8] {
    signature + [0, 0, kind, 0, 0, 0, 0, 0] + bigEndian(UInt32(signature.count))
        + Array("~Module signature appended~\n".utf8)
}

/// A block of a compact list.
///
/// - Parameters:
///   - type: The type's number.
///   - modifiers: The modifiers' bits.
///   - algorithm: The algorithm's number.
///   - digests: The digests.
func block(
    type: UInt16 = 1, modifiers: UInt16 = 0, algorithm: UInt16 = 4, _ digests: [[UInt8]]
) -> [UInt8] {
    let data = digests.flatMap { $0 }
    return [1, 0] + littleEndian(type) + littleEndian(modifiers) + littleEndian(algorithm)
        + littleEndian(UInt32(digests.count)) + littleEndian(UInt32(data.count)) + data
}
