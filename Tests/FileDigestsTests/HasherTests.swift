import BlackBox
import DigestList
import Foundation
import Testing

@testable import FileDigests

/// Digests beside those of openssl.
@Suite struct HasherTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The kernel's names, and openssl's.
    static let algorithms: [(HashAlgorithm, String)] = [
        (.md5, "md5"), (.sha1, "sha1"), (.rmd160, "ripemd160"), (.sha224, "sha224"),
        (.sha256, "sha256"), (.sha384, "sha384"), (.sha512, "sha512"), (.sm3, "sm3"),
    ]

    @Test(arguments: algorithms)
    func sameAsOpenSSL(_ algorithm: HashAlgorithm, _ name: String) throws {
        let hasher = try Hasher(algorithm)
        // One hasher for all, and sizes about that of what is read at once.
        for size in [0, 1, 63, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 1_000_000] {
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
            let path = try directory.write(content, to: "\(name)-\(size)")
            let line = try output(of: "openssl", "dgst", "-r", "-\(name)", path)
            let expected = bytes(hexadecimal: line.prefix { $0 != " " })
            #expect(expected.count == algorithm.digestSize)
            #expect(hasher.digest(of: content) == expected)
            let file = try OpenFile(path)
            #expect(try hasher.digest(of: file.descriptor) == expected)
            #expect(try hasher.digest(of: file.descriptor) == hasher.digest(of: []))
        }
    }

    @Test(arguments: HashAlgorithm.allCases)
    func everyAlgorithmOrNone(_ algorithm: HashAlgorithm) throws {
        do {
            let digest = try Hasher(algorithm).digest(of: [1, 2, 3])
            #expect(digest.count == algorithm.digestSize)
        } catch HasherError.unsupported(let named) {
            #expect(named == algorithm)
            #expect(!Self.algorithms.contains { $0.0 == algorithm })
        }
    }

    @Test func stopsWhenToldTo() throws {
        let path = try directory.write([UInt8](repeating: 1, count: 1 << 20), to: "file")
        let file = try OpenFile(path)
        var calls = 0
        do {
            _ = try Hasher(.sha256).digest(of: file.descriptor) { _ in
                calls += 1
                return calls < 2
            }
            Issue.record("read to its end")
        } catch HasherError.stopped {
            #expect(calls == 2)
        }
    }

    @Test func whatCannotBeRead() throws {
        let file = try OpenFile(directory.path)
        do {
            _ = try Hasher(.sha256).digest(of: file.descriptor)
            Issue.record("a directory was read")
        } catch {
            #expect(error.text == "Is a directory")
        }
    }
}

/// A file that is open for reading until the end of its life.
struct OpenFile: ~Copyable {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "\(path): errno \(errno)")
    }

    deinit { close(descriptor) }
}
