import BlackBox
import RandomNumbers
import Testing

/// Packages made up at random, and what another converter makes of them.
@Suite(.needs(.parser, .emulator))
struct DifferentialTests {
    private static let directories = [
        "/", "/usr/bin/", "/usr/lib/", "/usr/lib64/", "/lib64/", "/lib64", "/usr/lib64",
        "/lib/modules/6.1/", "/usr/lib/modules/6.1/kernel/", "/lib/modules", "/lib/firmware/",
        "/usr/lib/firmware/a/", "/lib/firmware", "/usr/libexec/sudo/", "/usr/libexec/sudoers/",
        "/usr/libexec/", "/opt/a/usr/lib64/b/", "/home/lib64/", "/LIB64/", "",
    ]
    private static let names = [
        "a", "modules.", "modules.dep", "modules", "xmodules.dep", "a.ko", "MODULES.dep", "",
    ]
    private static let modes: [UInt16] = [
        0o100644, 0o100755, 0o100444, 0o100400, 0o100000, 0o100200, 0o100001, 0o104711, 0o120777,
        0o040755, 0o100020, 0o100111, 0o177777,
    ]
    private static let sizes: [UInt64] = [0, 1, 4095, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 40, .max]
    private static let digits = Array("0123456789abcdefABCDEF")
    /// Algorithms by OpenPGP's number, and the sizes of digests.
    private static let algorithms: [(number: UInt32?, size: Int)] = [
        (nil, 16), (1, 16), (2, 20), (3, 20), (8, 32), (9, 48), (10, 64), (11, 28),
    ]

    private static func header(_ random: inout SplitMix64) -> HeaderWriter {
        let algorithm = random.pick(algorithms)
        let files = (0..<random.number(below: 20)).map { _ in
            let digest = (0..<2 * algorithm.size).map { _ in random.pick(digits) }
            return PackagedFile(
                directory: random.pick(directories), name: random.pick(names),
                mode: random.pick(modes), size: random.pick(sizes),
                digest: random.one(in: 4) ? "" : String(digest))
        }
        var header = HeaderWriter(of: files, algorithm: algorithm.number)
        // Sizes that do not fit into 32 bits are told in 64; some headers tell both.
        if !files.isEmpty, random.one(in: 2) {
            header[.longFileSizes] = .numbers(.longFileSizes, files.map(\.size))
            if random.one(in: 2) { header[.fileSizes] = nil }
        }
        if !files.isEmpty, random.one(in: 4) {
            for tag in [HeaderTag.baseNames, .dirNames, .dirIndexes] { header[tag] = nil }
            header[.oldFileNames] = .strings(.oldFileNames, files.map { $0.directory + $0.name })
        }
        return header
    }

    private static func signature(_ random: inout SplitMix64) -> [UInt8] {
        if random.one(in: 2) { return [] }
        let data = (0...random.number(below: 600)).map { _ in UInt8(random.number(below: 256)) }
        return appended(data, kind: random.pick([0, 2]))
    }

    @Test("Both make the same bytes of the same header", arguments: [("v3", 1), ("v2", 2)])
    func random(abi: String, seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var random = SplitMix64(seed: seed)
        for number in 0..<500 {
            let list = Self.header(&random).bytes() + Self.signature(&random)
            try directory.write(list, to: "\(number)-file_list-rpm-random")
        }
        let emulator = try MountedEmulator("--abi", abi)
        let run = try emulator.run("add", directory.path)
        #expect(run.failures == [])
        let converted = try ReferenceConverter.convert(directory.path, abi: abi)
        let loaded = try emulator.loadedLists()
        for list in loaded { #expect(list.bytes == converted[list.label], "\(list.label)") }
        let empty = converted.values.count { $0.isEmpty }
        #expect(run.summary?.empty == empty)
        #expect(loaded.count == 500 - empty)
        #expect(empty < 100)
    }
}
