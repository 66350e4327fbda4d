import BlackBox
import DigestList
import Foundation
import RPMHeader
import RPMHeaderTools
import Testing

/// Packages of other projects' tests.
struct RealPackage: CustomTestStringConvertible, Sendable {
    let path: String

    var testDescription: String { (path as NSString).lastPathComponent }

    /// All of them that are no source packages; none where they are missing.
    static let all = (packages(in: Corpus.packages) + packages(in: Corpus.newPackages))
        .filter { !$0.isSource }
    /// The source packages.
    static let sources = packages(in: Corpus.newPackages).filter(\.isSource)

    private var isSource: Bool { path.hasSuffix(".src.rpm") }

    private static func packages(in directory: String) -> [RealPackage] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
            .filter { $0.hasSuffix(".rpm") }.sorted()
            .map { RealPackage(path: directory + "/" + $0) }
    }

    /// The package's header with its magic, which is the digest list of an unsigned package.
    func header() throws -> [UInt8] {
        let file = try readFile(path)
        let signatureStart = 96
        let signatureEnd = signatureStart + Self.size(ofHeader: file[signatureStart...])
        let start = (signatureEnd + 7) / 8 * 8
        return Array(file[start..<start + Self.size(ofHeader: file[start...])])
    }

    private static func size(ofHeader bytes: ArraySlice<UInt8>) -> Int {
        func number(_ offset: Int) -> Int {
            bytes.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }
        return 16 + 16 * number(8) + number(12)
    }
}

@Suite("Packages of other projects' tests", .needsCorpus) struct RealPackageTests {
    @Test("The digests are those that rpm shows", arguments: RealPackage.all)
    func digests(package: RealPackage) throws {
        let expected = PackageDigests(of: try dumpedFiles(of: package.path))
        #expect(try convertedDigests(of: package.header()) == expected)
    }

    @Test("The paths are those that rpm shows", arguments: RealPackage.all)
    func paths(package: RealPackage) throws {
        let expected = try dumpedFiles(of: package.path)
        let files = try open(package.header())
        try #require(files.count == expected.count)
        for (file, path) in zip(expected, try files.paths()) {
            #expect(String(decoding: path.directory, as: UTF8.self) == file.directory)
            #expect(String(decoding: path.name, as: UTF8.self) == file.name)
        }
    }

    @Test("Source packages are refused", arguments: RealPackage.sources)
    func sourcePackages(package: RealPackage) throws {
        #expect(try firstError(in: package.header()) == RPMHeaderError(.sourcePackage))
    }

    @Test("Every truncation of a header is found", arguments: RealPackage.all)
    func truncation(package: RealPackage) throws {
        let header = try package.header()
        for length in 16..<header.count {
            #expect(
                firstError(in: Array(header[..<length]))
                    == RPMHeaderError(.truncated, value: Int(header.count - length)))
        }
    }
}

/// The digest lists of a whole system.
enum InstalledPackages {
    /// The lists by name; made once for all tests.
    static let lists = Result { try generate() }

    private static func generate() throws -> [String: [UInt8]] {
        let directory = try TemporaryDirectory()
        try Corpus.generate(into: directory.path)
        return try directory.names().reduce(into: [:]) { $0[$1] = try directory.bytes(of: $1) }
    }
}

@Suite("Packages of a whole system", .needsCorpus, .needs(.diglimctl))
struct InstalledPackageTests {
    @Test("The digests are those that another converter found")
    func digests() throws {
        let lists = try InstalledPackages.lists.get()
        let expected = try Corpus.expected()
        #expect(Set(lists.keys) == Set(expected.map(\.name)))
        for expectation in expected {
            let list = try #require(lists[expectation.name])
            let blocks = try ListBlock.blocks(of: convert(list))
            for (isImmutable, count, sum) in [
                (false, expectation.mutable, expectation.mutableDigests),
                (true, expectation.immutable, expectation.immutableDigests),
            ] {
                let digests = blocks.filter { $0.isImmutable == isImmutable }.flatMap(\.digests)
                #expect(digests.count == count, "\(expectation.name)")
                #expect(
                    (digests.isEmpty ? "-" : sha256(digests.joined())) == sum,
                    "\(expectation.name)")
            }
            #expect(blocks.count <= 2)
        }
    }

    @Test("Every truncation of a signed list is found, but for the one before the signature")
    func truncation() throws {
        let lists = try InstalledPackages.lists.get()
        let list = try #require(lists.values.min { $0.count < $1.count })
        let headerSize = try parse(list).headerSize + 8
        #expect(headerSize < list.count)
        for length in 0..<list.count {
            let error = firstError(in: Array(list[..<length]))
            #expect((error == nil) == (length == headerSize), "at \(length)")
        }
    }
}
