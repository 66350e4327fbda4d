import BlackBox
import CRPMDatabase
import DigestList
import RPMHeader
import Testing

@Suite("Digests of files") struct FileDigestTests {
    /// OpenPGP's numbers of RPM's algorithms, and the kernel's.
    static let algorithms: [(openPGP: UInt32, kernel: UInt16, size: Int)] = [
        (1, 1, 16), (2, 2, 20), (3, 3, 20), (8, 4, 32), (9, 5, 48), (10, 6, 64), (11, 7, 28),
    ]

    /// Digests in hexadecimal.
    private static func digests(_ count: Int, size: Int) -> [String] {
        (0..<count).map { number in
            hexadecimal((0..<size).map { UInt8(truncatingIfNeeded: number * 41 + $0 * 7) })
        }
    }

    /// A header with the given digests, all of mutable files.
    private static func header(_ digests: [String], algorithm: UInt32? = 8) -> [UInt8] {
        HeaderWriter(of: digests.map { PackagedFile(digest: $0) }, algorithm: algorithm).bytes()
    }

    // MARK: Algorithms

    @Test("Each of RPM's algorithms becomes the kernel's", arguments: algorithms)
    func known(openPGP: UInt32, kernel: UInt16, size: Int) throws {
        let digests = Self.digests(5, size: size)
        let list = try convert(Self.header(digests, algorithm: openPGP))
        let expected = ListBlock(algorithm: kernel, digests.map { bytes(hexadecimal: $0) })
        #expect(list == expected.bytes)
    }

    @Test("Without a number it is MD5")
    func noAlgorithm() throws {
        let digests = Self.digests(5, size: 16)
        let expected = ListBlock(algorithm: 1, digests.map { bytes(hexadecimal: $0) })
        #expect(try convert(Self.header(digests, algorithm: nil)) == expected.bytes)
    }

    @Test("Any other number is named in the error")
    func otherAlgorithms() {
        let known = Set(Self.algorithms.map(\.openPGP))
        for number in Array(0...300) + [0x108, 0x7fff_ffff, 0x8000_0008, .max] as [UInt32]
        where !known.contains(number) {
            #expect(
                firstError(in: Self.header(Self.digests(1, size: 32), algorithm: number))
                    == RPMHeaderError(
                        .algorithm, tag: .fileDigestAlgorithm, value: Int(number)))
        }
    }

    @Test("There is one algorithm for all files", arguments: [0, 2, 3, .max] as [UInt32])
    func algorithmCount(count: UInt32) {
        var writer = HeaderWriter(of: usualFiles)
        writer[.fileDigestAlgorithm]?.data += bigEndian(8 as UInt32) + bigEndian(8 as UInt32)
        writer[.fileDigestAlgorithm]?.count = count
        #expect(
            firstError(in: writer.bytes())
                == RPMHeaderError(.count, tag: .fileDigestAlgorithm, value: Int(count)))
    }

    @Test("librpm's digests have the same sizes")
    func sizesOfLibrpm() {
        var known: Set<UInt32> = []
        for number in 0...200 as ClosedRange<UInt32> {
            let size = rpmDigestLength(Int32(number))
            guard let algorithm = HashAlgorithm(openPGP: number) else { continue }
            known.insert(number)
            // librpm knows the number of RIPEMD-160, but may be built without the algorithm.
            if size != 0 { #expect(algorithm.digestSize == size, "number \(number)") }
        }
        #expect(known == Set(Self.algorithms.map(\.openPGP)))
    }

    // MARK: Lengths

    @Test("A digest of another length, at each place", arguments: algorithms, 0..<3)
    func lengths(algorithm: (openPGP: UInt32, kernel: UInt16, size: Int), place: Int) throws {
        let good = Self.digests(4, size: algorithm.size)
        let digits = 2 * algorithm.size
        for length in 1...digits + 40 where length != digits {
            var digests = good
            digests[place] = String(repeating: "a", count: length)
            #expect(
                firstError(in: Self.header(digests, algorithm: algorithm.openPGP))
                    == RPMHeaderError(.digestLength, tag: .fileDigests, value: Int(length)))
        }
    }

    @Test("A short digest whose successor ends where it should have")
    func shortDigests() {
        for length in 1..<63 {
            let digests = [
                String(repeating: "a", count: length), String(repeating: "b", count: 63 - length),
                madeUpDigest(1),
            ]
            #expect(
                firstError(in: Self.header(digests))
                    == RPMHeaderError(.digestDigits, tag: .fileDigests, value: 0))
        }
    }

    @Test("The last digest may be the last of the data")
    func atTheEnd() throws {
        let digests = Self.digests(2, size: 32)
        for text in [digests, [digests[0], ""], [digests[0], String(digests[1].dropLast())]] {
            var writer = HeaderWriter(of: text.map { PackagedFile(digest: $0) })
            let last = try #require(writer[.fileDigests])
            writer[.fileDigests] = nil
            writer.entries.append(last)
            let list = writer.bytes()
            #expect(list.dropLast(16).last == 0)
            if text[1].count == 63 {
                // The trailer of the region, which follows, begins with a NUL.
                #expect(
                    firstError(in: list)
                        == RPMHeaderError(.digestDigits, tag: .fileDigests, value: 1))
            } else {
                #expect(try convertedDigests(of: list).mutable == text.filter { !$0.isEmpty })
            }
        }
    }

    @Test("Files without a digest are passed over")
    func empty() throws {
        let digests = ["", madeUpDigest(1), "", "", madeUpDigest(2), ""]
        #expect(
            try convertedDigests(of: Self.header(digests)).mutable
                == [madeUpDigest(1), madeUpDigest(2)])
        #expect(try convert(Self.header(["", "", ""])).isEmpty)
    }

    // MARK: Digits

    @Test("A digest that is not hexadecimal", arguments: 0..<3, [0, 1, 31, 62, 63])
    func digits(index: Int, place: Int) {
        for wrong in ["g", "/", ":", "@", "`", "G", " ", "\u{1}", "\u{7f}"] {
            var digests = Self.digests(3, size: 32)
            let start = digests[index].index(digests[index].startIndex, offsetBy: place)
            digests[index].replaceSubrange(start...start, with: wrong)
            #expect(
                firstError(in: Self.header(digests))
                    == RPMHeaderError(.digestDigits, tag: .fileDigests, value: Int(index)))
        }
    }

    @Test("Capitals are digits too")
    func capitals() throws {
        let digest = Self.digests(1, size: 32)[0]
        #expect(
            try convertedDigests(of: Self.header([digest.uppercased()])).mutable == [digest])
    }

    @Test("A digest that is wrong counts, also where only others are wanted")
    func unwantedDigests() throws {
        let immutable = PackagedFile(mode: 0o100755, digest: madeUpDigest(1))
        func error(_ digests: String...) -> RPMHeaderError? {
            let files = digests.map { PackagedFile(mode: 0o100644, digest: $0) } + [immutable]
            let list = HeaderWriter(of: files).bytes()
            let all = firstError(in: list)
            let some = firstError(in: list, immutableOnly: true)
            #expect(all == some)
            return some
        }
        let notHexadecimal = RPMHeaderError(.digestDigits, tag: .fileDigests, value: 0)
        #expect(error(String(repeating: "x", count: 64)) == notHexadecimal)
        #expect(error("abcd") == RPMHeaderError(.digestLength, tag: .fileDigests, value: 4))
        // Taken for one digest, these would shift all that follow to other files.
        #expect(
            error(String(repeating: "a", count: 35), String(repeating: "b", count: 28))
                == notHexadecimal)
        #expect(error(madeUpDigest(2), madeUpDigest(3)) == nil)
    }
}
