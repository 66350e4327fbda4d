import DigestList
import Foundation
import Testing

@Suite("Hash algorithms") struct HashAlgorithmTests {
    /// The kernel's numbers, with the names of `crypto/hash_info.c` and the sizes in bytes.
    static let table: [(number: UInt16, name: String, size: Int)] = [
        (0, "md4", 16), (1, "md5", 16), (2, "sha1", 20), (3, "rmd160", 20), (4, "sha256", 32),
        (5, "sha384", 48), (6, "sha512", 64), (7, "sha224", 28), (8, "rmd128", 16),
        (9, "rmd256", 32), (10, "rmd320", 40), (11, "wp256", 32), (12, "wp384", 48),
        (13, "wp512", 64), (14, "tgr128", 16), (15, "tgr160", 20), (16, "tgr192", 24),
        (17, "sm3", 32), (18, "streebog256", 32), (19, "streebog512", 64),
    ]

    @Test("Each number has the kernel's name and size", arguments: table)
    func known(number: UInt16, name: String, size: Int) throws {
        let algorithm = try #require(HashAlgorithm(rawValue: number))
        #expect("\(algorithm.name)" == name)
        #expect(algorithm.digestSize == size)
    }

    @Test("No other number is an algorithm")
    func unknown() {
        let known = Set(Self.table.map(\.number))
        for number in 0...UInt16.max {
            #expect((HashAlgorithm(rawValue: number) != nil) == known.contains(number))
        }
    }

    private static let kernelHeader = "/usr/include/linux/hash_info.h"

    @Test(
        "The order is that of the kernel's own header",
        .enabled(
            if: FileManager.default.isReadableFile(atPath: kernelHeader),
            "the kernel's headers are not installed"))
    func kernelOrder() throws {
        let text = try String(contentsOfFile: Self.kernelHeader, encoding: .utf8)
        let names = text.split(separator: "\n").compactMap { line -> String? in
            let word = line.trimmingCharacters(in: .whitespaces.union(["," as Unicode.Scalar]))
            guard word.hasPrefix("HASH_ALGO_"), word != "HASH_ALGO__LAST" else { return nil }
            return word.dropFirst("HASH_ALGO_".count).lowercased()
                .replacingOccurrences(of: "ripe_md", with: "rmd")
                .replacingOccurrences(of: "sm3_256", with: "sm3")
                .replacingOccurrences(of: "_", with: "")
        }
        let known = HashAlgorithm.allCases.map { "\($0.name)" }
        #expect(names.starts(with: known))
    }

    @Test("OpenPGP's numbers, and no others, stand for RPM's algorithms")
    func openPGP() {
        let expected: [UInt32: HashAlgorithm] = [
            1: .md5, 2: .sha1, 3: .rmd160, 8: .sha256, 9: .sha384, 10: .sha512, 11: .sha224,
        ]
        for number: UInt32 in Array(0...1000) + [.max, .max - 1, 1 << 31, 256 + 8, 65536 + 8] {
            #expect(HashAlgorithm(openPGP: number) == expected[number], "number \(number)")
        }
    }
}
