import BlackBox
import DigestList
import RPMHeader
import RPMHeaderTools
import RandomNumbers
import Testing

/// Packages that are put together at random, but the same at every run.
struct PackageGenerator {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A package, and the algorithm of its digests.
    struct Package {
        var files: [PackagedFile]
        var openPGP: UInt32?
        var writer: HeaderWriter
        var list: [UInt8]
    }

    private static let directories = [
        "/", "/etc/", "/usr/bin/", "/usr/lib/", "/usr/lib64/", "/lib64/x/", "/usr/lib64",
        "/lib/modules/6.1/", "/usr/lib/modules/", "/lib/firmware/", "/usr/libexec/sudo/",
        "/usr/libexec/", "", "x/", "/lib/modules/lib/firmware/", "/lib", "/usr/share/lib/modules/",
    ]
    private static let names = [
        "a", "modules.dep", "modules.", "modules", "", "b c", "modules.alias.bin", "é", "x.ko",
    ]
    private static let modes: [UInt16] = [
        0o100644, 0o100755, 0o100444, 0o104711, 0o100000, 0o100600, 0o040755, 0o120777, 0o100001,
        0o100020,
    ]
    private static let algorithms: [(openPGP: UInt32?, size: Int)] = [
        (nil, 16), (1, 16), (2, 20), (8, 32), (9, 48), (10, 64), (11, 28),
    ]

    mutating func next() -> Package {
        let algorithm = random.pick(Self.algorithms)
        let hasLongSizes = random.one(in: 3)
        let isOld = random.one(in: 4)
        let count = random.one(in: 10) ? 0 : random.number(below: 40)
        let files = (0..<count).map { _ in
            file(digestSize: algorithm.size, longSize: hasLongSizes)
        }
        var writer: HeaderWriter
        if isOld {
            writer = .withOldNames(of: files, algorithm: algorithm.openPGP)
        } else if hasLongSizes {
            writer = .withLongSizes(of: files, algorithm: algorithm.openPGP)
        } else {
            writer = HeaderWriter(of: files, algorithm: algorithm.openPGP)
        }
        insertOtherTags(into: &writer)
        if random.one(in: 2) { writer.entries.shuffle(using: &random) }
        var list = writer.bytes()
        if random.one(in: 2) {
            list += appended(
                (0...random.number(below: 600)).map { _ in UInt8(random.number(below: 256)) })
        }
        // Sizes that do not fit into 32 bits are cut off where there is no room for more.
        let kept = files.map { file in
            var file = file
            if writer[.longFileSizes] == nil { file.size &= 0xffff_ffff }
            return file
        }
        return Package(files: kept, openPGP: algorithm.openPGP, writer: writer, list: list)
    }

    private mutating func file(digestSize: Int, longSize: Bool) -> PackagedFile {
        let digest = (0..<digestSize).map { _ in UInt8(random.number(below: 256)) }
        return PackagedFile(
            directory: random.pick(Self.directories), name: random.pick(Self.names),
            mode: random.pick(Self.modes),
            size: random.pick([0, 1, 4096, 0xffff_ffff, 1 << 32, 1 << 40]),
            digest: random.one(in: 5) ? "" : hexadecimal(digest))
    }

    /// Tags that say nothing of files, among them such that shift the others' alignment.
    private mutating func insertOtherTags(into writer: inout HeaderWriter) {
        // Beyond librpm's own tags, as it knows the type of each of those.
        for tag in 9_000_000..<9_000_000 + UInt32(random.number(below: 6)) {
            let (type, count, data): (UInt32, UInt32, [UInt8]) =
                switch random.number(below: 4) {
                case 0: (6, 1, Array("text\0".utf8))
                case 1: (8, 3, Array("one\0\0three\0".utf8))
                case 2: (3, 3, [0, 1, 2, 3, 4, 5])
                default: (5, 1, [0, 1, 2, 3, 4, 5, 6, 7])
                }
            let entry = HeaderWriter.Entry(tag: tag, type: type, count: count, data: data)
            writer.entries.insert(entry, at: random.number(below: writer.entries.count + 1))
        }
    }
}

@Suite("Packages put together at random") struct RandomPackageTests {
    @Test("Each becomes the digests of its files", arguments: 0..<4 as Range<UInt64>)
    func conversion(seed: UInt64) throws {
        var generator = PackageGenerator(seed: seed)
        var digests = PackageDigests()
        for number in 0..<120 {
            let package = generator.next()
            let expected = PackageDigests(of: package.files)
            #expect(try convertedDigests(of: package.list) == expected, "package \(number)")
            let immutable = try ListBlock.blocks(of: convert(package.list, immutableOnly: true))
            #expect(immutable.flatMap(\.digests).map { hexadecimal($0) } == expected.immutable)
            digests.mutable += expected.mutable
            digests.immutable += expected.immutable
        }
        #expect(digests.mutable.count > 300)
        #expect(digests.immutable.count > 300)
    }

    @Test("Each file has its path", arguments: 0..<2 as Range<UInt64>)
    func paths(seed: UInt64) throws {
        var generator = PackageGenerator(seed: 100 + seed)
        for _ in 0..<60 {
            let package = generator.next()
            let files = try open(package.list)
            try #require(files.count == package.files.count)
            for (file, path) in zip(package.files, try files.paths()) {
                #expect(
                    String(decoding: path.directory, as: UTF8.self)
                        + String(decoding: path.name, as: UTF8.self)
                        == file.directory + file.name)
            }
        }
    }

    @Test("The name of a package is read")
    func names() throws {
        var generator = PackageGenerator(seed: 200)
        for _ in 0..<50 {
            let files = try open(generator.next().list)
            let name = files.header.string(of: .name).map { String(cString: $0) }
            #expect(name == "odd")
        }
    }
}
