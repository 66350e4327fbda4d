import BlackBox
import Testing

/// A list that is broken, and what is wrong with it.
struct MalformedList: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let list: [UInt8]
    /// What the program is to say of it.
    let reason: String

    private init(_ description: String, _ list: [UInt8], _ reason: String) {
        testDescription = description
        self.list = list
        self.reason = reason
    }

    /// The list of a package of three files of which a tag is changed.
    private init(
        _ description: String, _ reason: String, _ change: (inout HeaderWriter) -> Void
    ) {
        var header = HeaderWriter.package(1, mutable: 3)
        change(&header)
        self.init(description, header.bytes(), reason)
    }

    private static let good = HeaderWriter.package(1, mutable: 3).bytes()
    private static let digest = madeUpDigest(1)
}

extension MalformedList {
    /// Wrong bytes.
    static var bytes: [MalformedList] {
        [
            MalformedList("nothing", [], "empty file"),
            MalformedList(
                "one byte", [0x8e], "the file ends before the header does, bytes missing: 15"),
            MalformedList(
                "the magic alone", HeaderWriter.magic,
                "the file ends before the header does, bytes missing: 8"),
            MalformedList("text", Array("Some text, and a bit more\n".utf8), "not an RPM header"),
            MalformedList("zeros", [UInt8](repeating: 0, count: 5000), "not an RPM header"),
            MalformedList("a package file", [0xed, 0xab, 0xee, 0xdb] + good, "not an RPM header"),
            MalformedList("a compact list", ListBlock([[1], [2]]).bytes, "not an RPM header"),
            MalformedList(
                "a header of another version", good.replacing(at: 3, with: [2]),
                "not an RPM header"),
            MalformedList(
                "reserved bytes that are not 0", good.replacing(at: 7, with: [1]),
                "not an RPM header"),
            MalformedList(
                "the header without its magic", Array(good.dropFirst(8)), "not an RPM header"),
            MalformedList(
                "bytes after the header", good + [0],
                "bytes after the header that are no appended signature: 1"),
            MalformedList(
                "two headers", good + good,
                "bytes after the header that are no appended signature: \(good.count)"),
            MalformedList(
                "no index entries",
                HeaderWriter.magic + bigEndian(UInt32(0)) + bigEndian(UInt32(0)),
                "impossible number of index entries: 0"),
            MalformedList(
                "4 billion index entries", good.replacing(at: 8, with: [255, 255, 255, 255]),
                "impossible number of index entries: 4294967295"),
            MalformedList(
                "more index entries than librpm takes",
                good.replacing(at: 8, with: bigEndian(UInt32(0x10000))),
                "impossible number of index entries: 65536"),
            MalformedList(
                "4 GiB of data", good.replacing(at: 12, with: [255, 255, 255, 255]),
                "larger than an RPM header can be, bytes: 4294967295"),
            MalformedList(
                "256 MiB of data that are not there",
                good.replacing(at: 12, with: bigEndian(UInt32(0xfff_ffff))),
                "the file ends before the header does, bytes missing: "
                    + "\(16 + 16 * 13 + 0xfff_ffff - good.count)"),
        ]
    }

    /// Headers that are not those of packages, and such that are not exactly their region.
    static var headers: [MalformedList] {
        let package = HeaderWriter.package(1, mutable: 3)
        let source = "the header of a source package"
        let noRegion = "the header does not begin with an immutable region"
        let trailer = "the immutable region's trailer is broken"
        let end = good.count - 16
        let entries = UInt32(good[11])
        let size = UInt32(good.count) - 16 - 16 * entries
        let behind = good.replacing(at: 12, with: bigEndian(size + 24))
        return [
            MalformedList("a source package", source) { $0[.sourceRPM] = nil },
            MalformedList("one that says so", source) {
                $0[.sourcePackage] = .numbers(.sourcePackage, [1] as [UInt32])
            },
            MalformedList("no region", package.bytes(region: nil), noRegion),
            MalformedList("the region of a signature", package.bytes(region: 62), noRegion),
            MalformedList("one that is no package's", package.bytes(region: 61), noRegion),
            MalformedList("another trailer", good.replacing(at: end + 3, with: [62]), trailer),
            MalformedList("a longer region", good.replacing(at: end + 11, with: [0]), trailer),
            MalformedList(
                "an entry outside of the region",
                good.replacing(at: end + 8, with: bigEndian(0 &- 16 * (entries - 1))),
                "index entries outside of the immutable region: 1"),
            MalformedList(
                "data behind the region", behind + [UInt8](repeating: 0, count: 24),
                "bytes of data behind the immutable region: 24"),
        ]
    }

    /// Wrong signatures.
    static var signatures: [MalformedList] {
        let signature = [UInt8](repeating: 7, count: 100)
        func trailer(_ offset: Int, _ value: UInt8) -> [UInt8] {
            let list = good + appended(signature)
            return list.replacing(at: list.count - 40 + offset, with: [value])
        }
        let fields = "the appended signature's trailer has fields that must be 0"
        return [
            MalformedList(
                "a length that runs off the file", good + appended(signature, length: 1_000_000),
                "the appended signature's length runs off the file"),
            MalformedList(
                "a length of 4 GiB", good + appended(signature, length: .max),
                "the appended signature's length runs off the file"),
            MalformedList(
                "a length that reaches into the header", good + appended(signature, length: 101),
                "the appended signature's length runs off the file"),
            MalformedList(
                "a length that is too short", good + appended(signature, length: 99),
                "bytes after the header that are no appended signature: 140"),
            MalformedList(
                "no signature before the trailer", good + appended([]),
                "the appended signature's length runs off the file"),
            MalformedList(
                "the marker alone", good + Array("~Module signature appended~\n".utf8),
                "the appended signature's trailer is cut off"),
            MalformedList(
                "a marker without line feed", good + appended(signature).dropLast(),
                "bytes after the header that are no appended signature: 139"),
            MalformedList(
                "an unknown kind", trailer(2, 1), "the appended signature is of an unknown kind"),
            MalformedList("an algorithm", trailer(0, 1), fields),
            MalformedList("a hash", trailer(1, 1), fields),
            MalformedList("a signer", trailer(3, 1), fields),
            MalformedList("a key", trailer(4, 1), fields),
            MalformedList("padding", trailer(7, 1), fields),
            MalformedList(
                "two signatures", good + appended(signature) + appended(signature),
                "bytes after the header that are no appended signature: 280"),
        ]
    }

    /// Wrong tags.
    static var tags: [MalformedList] {
        let needed: [(HeaderTag, String)] = [
            (.fileDigests, "FILEDIGESTS"), (.fileModes, "FILEMODES"), (.fileSizes, "FILESIZES"),
            (.baseNames, "BASENAMES"), (.dirNames, "DIRNAMES"), (.dirIndexes, "DIRINDEXES"),
        ]
        return needed.flatMap { tag, name in
            [
                MalformedList("\(name) missing", "\(name): missing") { $0[tag] = nil },
                MalformedList("\(name) twice", "\(name): there twice") { header in
                    header[tag].map { header.entries.append($0) }
                },
                MalformedList("\(name) of another type", "\(name): wrong type of data: 7") {
                    $0[tag]?.type = 7
                },
                MalformedList("4 billion values of \(name)", count(name, .max)) {
                    $0[tag]?.count = .max
                },
                MalformedList("no value of \(name)", count(name, 0)) { $0[tag]?.count = 0 },
            ]
        }
    }

    /// What is wrong where a tag has another number of values than there are digests.
    private static func count(_ name: String, _ count: UInt32) -> String {
        switch (name, count) {
        // The number of digests is that of files, so then the next tag is wrong.
        case ("FILEDIGESTS", _): "FILEMODES: not as many values as files: 3"
        case ("DIRNAMES", .max): "DIRNAMES: more values than files: 4294967295"
        case ("DIRNAMES", _): "librpm refuses the header"
        default: "\(name): not as many values as files: \(count)"
        }
    }

    /// Tags with different numbers of values.
    static var counts: [MalformedList] {
        [
            MalformedList("a mode less", "FILEMODES: not as many values as files: 2") {
                $0[.fileModes] = .numbers(.fileModes, [0o100644, 0o100644] as [UInt16])
            },
            MalformedList("a mode more", "FILEMODES: not as many values as files: 4") {
                $0[.fileModes] = .numbers(.fileModes, [UInt16](repeating: 0o100644, count: 4))
            },
            MalformedList("a size less", "FILESIZES: not as many values as files: 2") {
                $0[.fileSizes] = .numbers(.fileSizes, [1, 2] as [UInt32])
            },
            MalformedList("a long size more", "LONGFILESIZES: not as many values as files: 4") {
                $0[.fileSizes] = nil
                $0[.longFileSizes] = .numbers(.longFileSizes, [1, 2, 3, 4] as [UInt64])
            },
            MalformedList("a name less", "BASENAMES: not as many values as files: 2") {
                $0[.baseNames] = .strings(.baseNames, ["a", "b"])
            },
            MalformedList("an index less", "DIRINDEXES: not as many values as files: 1") {
                $0[.dirIndexes] = .numbers(.dirIndexes, [0] as [UInt32])
            },
            MalformedList("a digest less", "FILEMODES: not as many values as files: 3") {
                $0[.fileDigests] = .strings(.fileDigests, [digest, digest])
            },
            MalformedList("an old name less", "OLDFILENAMES: not as many values as files: 2") {
                for tag in [HeaderTag.baseNames, .dirNames, .dirIndexes] { $0[tag] = nil }
                $0[.oldFileNames] = .strings(.oldFileNames, ["/a", "/b"])
            },
            MalformedList("two algorithms", "FILEDIGESTALGO: not as many values as files: 2") {
                $0[.fileDigestAlgorithm] = .numbers(.fileDigestAlgorithm, [8, 8] as [UInt32])
            },
        ]
    }

    /// Wrong digests.
    static var digests: [MalformedList] {
        func length(_ length: Int) -> String {
            "FILEDIGESTS: a digest of a length that is not the algorithm's: \(length)"
        }
        func with(_ digest: String) -> (inout HeaderWriter) -> Void {
            { $0[.fileDigests] = .strings(.fileDigests, [Self.digest, digest, Self.digest]) }
        }
        func algorithm(_ number: UInt32) -> (inout HeaderWriter) -> Void {
            { $0[.fileDigestAlgorithm] = .numbers(.fileDigestAlgorithm, [number]) }
        }
        let digits = "FILEDIGESTS: a digest that is not hexadecimal, at index 1"
        return [
            MalformedList("an odd number of digits", length(63), with(String(digest.dropLast()))),
            MalformedList("two digits too few", length(62), with(String(digest.dropLast(2)))),
            MalformedList("one digit too many", length(65), with(digest + "0")),
            MalformedList("twice as many digits", length(128), with(digest + digest)),
            MalformedList("one digit", length(1), with("0")),
            MalformedList(
                "100,000 digits", length(100_000), with(String(repeating: "0", count: 100_000))),
            MalformedList("a letter that is no digit", digits, with("g" + digest.dropFirst())),
            MalformedList("a blank", digits, with(digest.dropLast() + " ")),
            MalformedList("a sign", digits, with("-" + digest.dropFirst())),
            MalformedList("0x", digits, with("0x" + digest.dropFirst(2))),
            MalformedList(
                "a byte of no character", digits,
                { header in
                    with(digest)(&header)
                    header[.fileDigests]?.data[70] = 0xff
                }),
            MalformedList("digests of another algorithm", length(64), algorithm(2)),
            MalformedList("no algorithm named, which means MD5", length(64)) {
                $0[.fileDigestAlgorithm] = nil
            },
        ]
            + [0, 4, 5, 12, 99, UInt32.max].map {
                MalformedList(
                    "algorithm \($0)", "FILEDIGESTALGO: unknown hash algorithm \($0)", algorithm($0)
                )
            }
    }

    /// Wrong indexes.
    static var indexes: [MalformedList] {
        [1, 2, 1000, UInt32.max].map { index in
            MalformedList(
                "directory \(index) of one", "DIRINDEXES: no directory with the index \(index)"
            ) {
                $0[.dirIndexes] = .numbers(.dirIndexes, [0, 0, index])
            }
        }
            + [
                MalformedList("more directories than files", "DIRNAMES: more values than files: 4")
                {
                    $0[.dirNames] = .strings(.dirNames, ["/", "/a/", "/b/", "/c/"])
                }
            ]
    }
}

extension [UInt8] {
    /// These bytes with some of them replaced.
    fileprivate func replacing(at offset: Int, with bytes: [UInt8]) -> [UInt8] {
        self[..<offset] + bytes + self[(offset + bytes.count)...]
    }
}
