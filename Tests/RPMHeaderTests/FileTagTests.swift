import BlackBox
import CRPMDatabase
import DigestList
import PackageHeader
import RPMHeader
import Testing

@Suite("The tags of files") struct FileTagTests {
    /// Headers of today, with the files' sizes in 64 bits, and from before RPM 4.
    static let usual = HeaderWriter(of: usualFiles)
    static let long = HeaderWriter.withLongSizes(of: usualFiles)
    static let old = HeaderWriter.withOldNames(of: usualFiles)

    @Test("All three kinds of headers are in order")
    func good() throws {
        let expected = PackageDigests(of: usualFiles)
        for header in [Self.usual, Self.long, Self.old] {
            #expect(try convertedDigests(of: header.bytes()) == expected)
        }
    }

    // MARK: Missing

    @Test(
        "A tag that is missing",
        arguments: [
            (usual, HeaderTag.fileDigests), (usual, .fileModes), (usual, .fileSizes),
            (usual, .dirIndexes), (usual, .baseNames), (usual, .dirNames), (old, .fileDigests),
            (old, .fileModes), (old, .fileSizes), (long, .fileModes),
        ])
    func missing(good: HeaderWriter, tag: HeaderTag) {
        var writer = good
        writer[tag] = nil
        #expect(firstError(in: writer.bytes()) == RPMHeaderError(.missing, tag: RPMTag(tag)))
    }

    @Test("Without names of either kind, it is the new one that is missing")
    func noNames() {
        var writer = Self.old
        writer[.oldFileNames] = nil
        #expect(firstError(in: writer.bytes()) == RPMHeaderError(.missing, tag: .baseNames))
    }

    @Test("Without sizes of either kind, it is the short one that is missing")
    func noSizes() {
        var writer = Self.long
        writer[.longFileSizes] = nil
        #expect(firstError(in: writer.bytes()) == RPMHeaderError(.missing, tag: .fileSizes))
    }

    // MARK: Twice

    @Test(
        "A tag that is there twice",
        arguments: [
            (usual, HeaderTag.fileDigests), (usual, .fileDigestAlgorithm), (usual, .fileModes),
            (usual, .fileSizes), (long, .longFileSizes), (usual, .baseNames), (usual, .dirNames),
            (usual, .dirIndexes), (old, .oldFileNames), (usual, .sourceRPM),
        ])
    func twice(good: HeaderWriter, tag: HeaderTag) throws {
        var writer = good
        writer.entries.append(try #require(good[tag]))
        #expect(firstError(in: writer.bytes()) == RPMHeaderError(.twice, tag: RPMTag(tag)))
    }

    // MARK: Types

    @Test(
        "A tag of a wrong type", arguments: 0...UInt32(12),
        [
            HeaderTag.fileDigests, .fileDigestAlgorithm, .fileModes, .fileSizes, .longFileSizes,
            .baseNames, .dirNames, .dirIndexes, .oldFileNames, .sourceRPM,
        ])
    func types(type: UInt32, tag: HeaderTag) throws {
        let good = [Self.usual, Self.long, Self.old].first { $0[tag] != nil }
        var writer = try #require(good)
        guard writer[tag]?.type != type else { return }
        writer[tag]?.type = type
        #expect(
            firstError(in: writer.bytes())
                == RPMHeaderError(.type, tag: RPMTag(tag), value: Int(type)))
    }

    // MARK: Counts

    @Test(
        "A tag with not as many values as files",
        arguments: [
            (usual, HeaderTag.fileModes), (usual, .fileSizes), (usual, .baseNames),
            (usual, .dirIndexes), (long, .longFileSizes), (old, .oldFileNames),
        ], [0, 1, 2, 4, 5, 0x7fff_ffff, 0x8000_0000, UInt32.max])
    func counts(header: (good: HeaderWriter, tag: HeaderTag), count: UInt32) {
        var writer = header.good
        writer[header.tag]?.count = count
        #expect(
            firstError(in: writer.bytes())
                == RPMHeaderError(.count, tag: RPMTag(header.tag), value: Int(count)))
    }

    @Test(
        "A number of digests that no other tag has", arguments: [0, 1, 4, 0xffff_ffff] as [UInt32])
    func digestCount(count: UInt32) {
        var writer = Self.usual
        writer[.fileDigests]?.count = count
        #expect(
            firstError(in: writer.bytes()) == RPMHeaderError(.count, tag: .fileModes, value: 3))
    }

    @Test(
        "A number that all tags claim, and none has",
        arguments: [4, 1000, 0xfffff, 0x100000, 0x7fff_ffff, 0x8000_0000, .max] as [UInt32])
    func allClaim(count: UInt32) {
        for good in [Self.usual, Self.long, Self.old] {
            var writer = good
            for index in writer.entries.indices where writer.entries[index].count == 3 {
                writer.entries[index].count = count
            }
            #expect(firstError(in: writer.bytes()) == RPMHeaderError(.refused))
        }
    }

    @Test("No values at all")
    func noValues() {
        for good in [Self.usual, Self.long, Self.old] {
            var writer = good
            for index in writer.entries.indices where writer.entries[index].count > 1 {
                writer.entries[index].count = 0
            }
            #expect(firstError(in: writer.bytes()) == RPMHeaderError(.refused))
        }
    }

    @Test("More directories than files")
    func directories() {
        var writer = Self.usual
        writer[.dirNames] = .strings(.dirNames, ["/etc/", "/usr/bin/", "/a/"])
        #expect(firstError(in: writer.bytes()) == nil)
        writer[.dirNames] = .strings(.dirNames, ["/etc/", "/usr/bin/", "/a/", "/b/"])
        #expect(
            firstError(in: writer.bytes())
                == RPMHeaderError(.moreThanFiles, tag: .dirNames, value: 4))
        writer[.dirNames]?.count = 0
        #expect(firstError(in: writer.bytes()) == RPMHeaderError(.refused))
    }

    @Test(
        "A directory that is not there",
        arguments: [2, 3, 0x7fff_ffff, 0x8000_0000, .max] as [UInt32],
        0..<3)
    func directoryIndexes(index: UInt32, file: Int) {
        var indexes: [UInt32] = [0, 1, 0]
        indexes[file] = index
        var writer = Self.usual
        writer[.dirIndexes] = .numbers(.dirIndexes, indexes)
        #expect(
            firstError(in: writer.bytes())
                == RPMHeaderError(.outOfRange, tag: .dirIndexes, value: Int(index)))
    }

    // MARK: Source packages

    @Test("Source packages are refused, with files and without")
    func sourcePackages() {
        let isSource = RPMHeaderError(.sourcePackage)
        for good in [Self.usual, Self.long, Self.old, HeaderWriter(of: [])] {
            var writer = good
            writer.entries.append(.numbers(.sourcePackage, [1] as [UInt32]))
            #expect(firstError(in: writer.bytes()) == isSource)
            writer[.sourceRPM] = nil
            #expect(firstError(in: writer.bytes()) == isSource)
            writer[.sourcePackage] = nil
            #expect(firstError(in: writer.bytes()) == isSource)
        }
    }

    @Test("PackageHeader and the parser agree on what a source package is")
    func sameSourcePackages() throws {
        for (isBuilt, isMarked) in [(true, false), (true, true), (false, true), (false, false)] {
            var writer = Self.usual
            if !isBuilt { writer[.sourceRPM] = nil }
            if isMarked { writer.entries.append(.numbers(.sourcePackage, [1] as [UInt32])) }
            var blob = Array(writer.bytes().dropFirst(8))
            let header = try #require(headerImport(&blob, 0, HEADERIMPORT_COPY.rawValue))
            let isSource = PackageHeader(taking: header).content == .source
            #expect(isSource == (firstError(in: writer.bytes()) != nil))
        }
    }

    // MARK: Packages without files

    @Test("A package without files has no digests")
    func noFiles() throws {
        let writer = HeaderWriter(of: [])
        #expect(try convert(writer.bytes()).isEmpty)
        #expect(try open(writer.bytes()).count == 0)
    }

    @Test("Names without digests are no package without files")
    func onlyNames() {
        var writer = HeaderWriter(of: [])
        writer.entries.append(.strings(.oldFileNames, ["/a"]))
        #expect(
            firstError(in: writer.bytes()) == RPMHeaderError(.missing, tag: .fileDigests))
    }

    @Test("Each tag is called as librpm calls it")
    func tagNames() {
        let tags: [RPMTag] = [
            .oldFileNames, .fileSizes, .fileModes, .fileDigests, .sourceRPM, .sourcePackage,
            .dirIndexes, .baseNames, .dirNames, .longFileSizes, .fileDigestAlgorithm,
        ]
        for tag in tags {
            #expect("\(tag.label)" == nameOfTag(tag.rawValue))
        }
    }
}
